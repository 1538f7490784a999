//! A credential written into a pod spec is read by whoever may read pods.

use assay_inventory::Workload;
use assay_inventory::view::Mark;

use crate::judging::variants;
use crate::pod_literals::{self, Literals};
use crate::{Cx, Judge, Judgement, Rule};

const ID: &str = "credential-in-environment";

pub(super) const RULE: Rule = Rule::new(&[], Judge::Workload(judge)).reading_literals(look);

fn judge(workload: &Workload, _cx: &Cx<'_>) -> Judgement {
    Ok(variants(
        workload,
        false,
        "take it from a Secret of an external store (secretKeyRef or a mounted file), and replace the credential",
        |variant| pod_literals::details(&variant.spec.marks, ID),
    ))
}

fn look(container: &Literals) -> Vec<Mark> {
    let marks = container.variables().filter_map(|(name, value)| {
        let what = credential(value)?;
        Some(container.mark(ID, &format!("env[{name}].value"), what))
    });
    marks.collect()
}

/// What credential a value is, by formats that nothing else has. Names of variables alone prove nothing.
fn credential(value: &str) -> Option<&'static str> {
    let alphanumeric = |text: &str, least: usize| {
        text.len() >= least && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let after = |prefix: &str, least: usize| {
        value
            .strip_prefix(prefix)
            .is_some_and(|rest| rest.len() >= least && !rest.contains(['$', '{', '<', ' ']))
    };
    let key_id = ["AKIA", "ASIA"].iter().any(|prefix| {
        value
            .strip_prefix(prefix)
            .is_some_and(|rest| rest.len() == 16 && alphanumeric(rest, 16))
    });
    if key_id {
        Some("an AWS access key id")
    } else if value.contains("-----BEGIN") && value.contains("PRIVATE KEY-----") {
        Some("a private key in PEM")
    } else if after("ghp_", 30) || after("github_pat_", 30) {
        Some("a GitHub token")
    } else if after("glpat-", 20) {
        Some("a GitLab token")
    } else if after("sk_live_", 16) || after("rk_live_", 16) {
        Some("a live payment API key")
    } else if value.starts_with("xox") && after(value.get(..5).unwrap_or("xoxb-"), 20) {
        Some("a Slack token")
    } else if url_with_password(value) {
        Some("a URL with a password in it")
    } else {
        None
    }
}

/// `scheme://user:password@host`, the password being no placeholder.
fn url_with_password(value: &str) -> bool {
    let Some((scheme, rest)) = value.split_once("://") else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let password = authority
        .rsplit_once('@')
        .and_then(|(user, _)| user.split_once(':'))
        .map(|(_, password)| password);
    let is_scheme = !scheme.is_empty()
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+.-".contains(&byte));
    is_scheme
        && password.is_some_and(|password| {
            !password.is_empty()
                && !password.contains(['$', '{', '<', '%'])
                && password.chars().any(|character| character != '*')
        })
}
