//! Dashboards and search engines beside the orchestrator answer strangers when they are told to.

use assay_inventory::Workload;
use assay_inventory::view::Mark;

use crate::booleans::{GO_TRUE, INI_TRUE};
use crate::judging::variants;
use crate::pod_literals::{self, Literals};
use crate::yaml_text::without_comment;
use crate::{Cx, Judge, Judgement, Rule};

const ID: &str = "service-without-login";

pub(super) const RULE: Rule = Rule::new(&[], Judge::Workload(judge)).reading_literals(look);

/// Switches that turn a login off, by themselves or with a word that Go takes for true.
const SWITCHES: [&str; 4] = [
    "--disable-auth",
    "--disable-settings-authorizer",
    "--enable-insecure-login",
    "--enable-skip-login",
];

/// Elasticsearch's setting as it stands on a command line behind `-E`, and Kibana's behind `--`.
const SECURITY_OFF: &str = "xpack.security.enabled=false";

/// Variables that turn a login off when they have one of these values, in whatever case.
const VARIABLES: [(&str, &[&str], &str); 5] = [
    (
        "GF_AUTH_ANONYMOUS_ENABLED",
        &INI_TRUE,
        "true: Grafana answers strangers",
    ),
    (
        "ARGOCD_SERVER_DISABLE_AUTH",
        &["true"],
        "true: Argo CD asks for no login",
    ),
    (
        "ES_SETTING_XPACK_SECURITY_ENABLED",
        &["false"],
        "false: Elasticsearch asks for no login",
    ),
    (
        "XPACK_SECURITY_ENABLED",
        &["false"],
        "false: Kibana asks for no login",
    ),
    (
        "xpack.security.enabled",
        &["false"],
        "false: Elasticsearch asks for no login",
    ),
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
        let known = VARIABLES.iter().find(|(variable, off, _)| {
            *variable == name && off.iter().any(|off| off.eq_ignore_ascii_case(value))
        });
        marks.extend(
            known.map(|(_, _, what)| container.mark(ID, &format!("env[{name}].value"), what)),
        );
    }
    let words = words(container);
    let mut before = "";
    let serves = words.iter().any(|(_, word)| *word == "server");
    for (field, word) in words {
        let (name, value) = word.split_once('=').unwrap_or((word, "true"));
        let is_on = GO_TRUE.contains(&value.trim_matches(['"', '\'']));
        let switch = SWITCHES.iter().find(|switch| **switch == name && is_on);
        marks.extend(switch.map(|switch| container.mark(ID, field, switch)));
        let setting = word.strip_prefix("-E").or(word.strip_prefix("--"));
        if setting.unwrap_or(word) == SECURITY_OFF {
            marks.push(container.mark(ID, field, SECURITY_OFF));
        }
        let everybody = word == "--auth-mode=server" || (before == AUTH_MODE && word == "server");
        if everybody && serves {
            marks.push(container.mark(ID, field, "--auth-mode=server"));
        }
        before = word;
    }
    marks
}

/// Programs that take a script behind `-c`.
const SHELLS: [&str; 6] = ["sh", "bash", "dash", "ash", "zsh", "ksh"];

/// The words of the command line, and in place of a script that a shell is given, the words of that.
fn words(container: &Literals) -> Vec<(&'static str, &str)> {
    let mut words = Vec::new();
    let mut shell = false;
    let mut script = false;
    for (field, word) in container.words() {
        if script {
            words.extend(script_words(word).map(|word| (field, word)));
        } else {
            words.push((field, word));
        }
        // As in `sh -c`, `bash -ec`.
        let options = word.strip_prefix('-').unwrap_or_default();
        let is_short = options.bytes().all(|byte| byte.is_ascii_alphabetic());
        script = shell && is_short && options.contains('c');
        shell |= SHELLS.contains(&word.rsplit('/').next().unwrap_or_default());
    }
    words
}

/// The words of a shell's script, without quotes, comments and what stands between commands.
fn script_words(script: &str) -> impl Iterator<Item = &str> {
    script.lines().flat_map(|line| {
        let words = without_comment(line).split(|letter: char| {
            letter.is_whitespace() || matches!(letter, ';' | '&' | '|' | '(' | ')')
        });
        let words = words.map(|word| word.trim_matches(['"', '\'']));
        words.filter(|word| !word.is_empty() && *word != "\\")
    })
}
