//! Dashboards and search engines beside the orchestrator answer strangers when they are told to.

use assay_inventory::Workload;
use assay_inventory::view::Mark;

use crate::judging::variants;
use crate::pod_literals::{self, Literals};
use crate::{Cx, Judge, Judgement, Rule};

const ID: &str = "service-without-login";

pub(super) const RULE: Rule = Rule::new(&[], Judge::Workload(judge)).reading_literals(look);

/// Switches that turn a login off, by themselves or with `=true`.
const SWITCHES: [&str; 4] = [
    "--disable-auth",
    "--disable-settings-authorizer",
    "--enable-insecure-login",
    "--enable-skip-login",
];

/// Variables that turn a login off when they have this value.
const VARIABLES: [(&str, &str, &str); 5] = [
    ("GF_AUTH_ANONYMOUS_ENABLED", "true", "true: Grafana answers strangers"),
    ("ARGOCD_SERVER_DISABLE_AUTH", "true", "true: Argo CD asks for no login"),
    ("ES_SETTING_XPACK_SECURITY_ENABLED", "false", "false: Elasticsearch asks for no login"),
    ("XPACK_SECURITY_ENABLED", "false", "false: Kibana asks for no login"),
    ("xpack.security.enabled", "false", "false: Elasticsearch asks for no login"),
];

/// By which Argo Workflows lets everybody act as its server.
const AUTH_MODE: &str = "--auth-mode";

fn judge(workload: &Workload, _cx: &Cx<'_>) -> Judgement {
    Ok(variants(
        workload,
        false,
        "let it ask for a login of the identity provider, or put a proxy before it that does",
        |variant| pod_literals::details(&variant.spec.marks, ID),
    ))
}

fn look(container: &Literals) -> Vec<Mark> {
    let mut marks = Vec::new();
    for (name, value) in container.variables() {
        let known = VARIABLES
            .iter()
            .find(|(variable, off, _)| *variable == name && value.eq_ignore_ascii_case(off));
        marks.extend(
            known.map(|(_, _, what)| container.mark(ID, &format!("env[{name}].value"), what)),
        );
    }
    let mut before = "";
    let serves = container.words().any(|(_, word)| word == "server");
    for (field, word) in container.words() {
        let bare = word.strip_suffix("=true").unwrap_or(word);
        let switch = SWITCHES.iter().find(|switch| **switch == bare);
        marks.extend(switch.map(|switch| container.mark(ID, field, switch)));
        let everybody = word == "--auth-mode=server" || (before == AUTH_MODE && word == "server");
        if everybody && serves {
            marks.push(container.mark(ID, field, "--auth-mode=server"));
        }
        before = word;
    }
    marks
}
