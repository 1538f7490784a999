//! A kubeconfig written into a pod spec gives its credential to whoever may read pods.

use assay_inventory::Workload;
use assay_inventory::view::Mark;

use crate::judging::variants;
use crate::pod_literals::{self, Literals};
use crate::{Cx, Judge, Judgement, Rule};

const ID: &str = "kubeconfig-in-pod-spec";

pub(super) const RULE: Rule = Rule::new(&[], Judge::Workload(judge)).reading_literals(look);

fn judge(workload: &Workload, _cx: &Cx<'_>) -> Judgement {
    Ok(variants(
        workload,
        false,
        "give the pod a ServiceAccount, or mount the file from a Secret of an external store, and replace the credential",
        |variant| pod_literals::details(&variant.spec.marks, ID),
    ))
}

fn look(container: &Literals) -> Vec<Mark> {
    let variables = container.variables().filter_map(|(name, value)| {
        let what = kubeconfig(value)?;
        Some(container.mark(ID, &format!("env[{name}].value"), what))
    });
    let words = container.words().filter_map(|(field, word)| {
        let what = kubeconfig(word)?;
        Some(container.mark(ID, field, what))
    });
    variables.chain(words).collect()
}

/// Whether a text is, or holds, a kubeconfig with a credential in it: YAML or JSON, by the lines or fields of one.
fn kubeconfig(text: &str) -> Option<&'static str> {
    let keys = |wanted: &str| has_value(text, wanted);
    let is_config = text.contains("clusters") && value_of(text, "kind") == Some("Config");
    if !is_config {
        None
    } else if keys("client-key-data") {
        Some("a kubeconfig with a client's private key")
    } else if keys("token") {
        Some("a kubeconfig with a token")
    } else if keys("password") {
        Some("a kubeconfig with a password")
    } else {
        None
    }
}

/// Whether some field of this name has a value that is no reference to a variable.
fn has_value(text: &str, key: &str) -> bool {
    value_of(text, key).is_some_and(|value| !value.starts_with(['$', '<', '{']))
}

/// The value of the first field of this name, in YAML or JSON; `None` where it is empty.
fn value_of<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    text.match_indices(key).find_map(|(at, _)| {
        let before = text.get(..at)?.chars().next_back();
        let is_key = before.is_none_or(|before| {
            before.is_whitespace() || matches!(before, '"' | '\'' | '{' | ',' | '-')
        });
        let rest = text.get(at + key.len()..)?;
        let rest = rest.trim_start_matches(['"', '\'']).trim_start_matches(' ');
        let value = rest.strip_prefix(':')?.trim_start_matches([' ', '"', '\'']);
        let end = value.find(['"', '\'', '\n', ',', '}', ' ']).unwrap_or(value.len());
        value
            .get(..end)
            .filter(|value| is_key && !value.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::kubeconfig;

    #[test]
    fn a_kubeconfig_is_told_by_what_it_holds() {
        let yaml = |user: &str| {
            format!("apiVersion: v1\nkind: Config\nclusters:\n- name: a\nusers:\n- name: a\n  user:\n    {user}\n")
        };
        let found = |user: &str| kubeconfig(&yaml(user));
        assert!(found("client-key-data: LS0tLS1=").is_some());
        assert!(found("token: abcdef").is_some());
        assert!(found("password: hunter2").is_some());
        assert!(found("tokenFile: /var/run/token").is_none());
        assert!(found("token: $(TOKEN)").is_none());
        assert!(found("token: \"\"").is_none());
        assert!(found("exec: {command: aws}").is_none());
        let json = r#"{"kind": "Config", "clusters": [], "users": [{"user": {"token": "abc"}}]}"#;
        assert!(kubeconfig(json).is_some());
        assert!(kubeconfig("kind: ConfigMap\nclusters: a\ntoken: abc").is_none());
    }
}
