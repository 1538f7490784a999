//! A credential written into a pod spec is read by whoever may read pods.

use assay_inventory::view::{Mark, Text};
use assay_inventory::{Kind, Workload};
use serde::Deserialize;

use crate::judging::{in_pod, variants};
use crate::{Cx, Detail, Judge, Judgement, Rule};

const ID: &str = "credential-in-environment";

pub(super) const RULE: Rule = Rule::new(&[], Judge::Workload(judge)).extracting(extract);

fn judge(workload: &Workload, _cx: &Cx<'_>) -> Judgement {
    Ok(variants(
        workload,
        false,
        "take it from a Secret of an external store (secretKeyRef or a mounted file), and replace the credential",
        |variant| {
            let marks = variant.spec.marks.iter().filter(|mark| mark.extractor == ID);
            marks
                .map(|mark| Detail {
                    container: mark.container.clone(),
                    ..in_pod(mark.field.to_string(), mark.what)
                })
                .collect()
        },
    ))
}

/// The parts of an object in which a literal can stand, wherever its kind keeps the pod spec.
#[derive(Deserialize)]
struct Raw {
    #[serde(default)]
    spec: Option<RawSpec>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct RawSpec {
    template: Option<RawTemplate>,
    job_template: Option<Box<Raw>>,
    containers: Option<Vec<RawContainer>>,
    init_containers: Option<Vec<RawContainer>>,
    ephemeral_containers: Option<Vec<RawContainer>>,
}

#[derive(Deserialize)]
struct RawTemplate {
    #[serde(default)]
    spec: Option<Box<RawSpec>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawContainer {
    name: Option<Text>,
    env: Option<Vec<RawEnv>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawEnv {
    name: Option<String>,
    value: Option<RawValue>,
}

/// A value that is no text is refused by the API server, and must not hide those beside it.
#[derive(Deserialize)]
#[serde(untagged)]
enum RawValue {
    Text(String),
    Other(serde::de::IgnoredAny),
}

impl RawValue {
    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Other(_) => None,
        }
    }
}

fn extract(_kind: Kind, json: &str) -> Vec<Mark> {
    let Ok(raw) = serde_json::from_str::<Raw>(json) else {
        return Vec::new();
    };
    let mut marks = Vec::new();
    if let Some(spec) = raw.spec {
        scan(spec, &mut marks);
    }
    marks
}

fn scan(spec: RawSpec, marks: &mut Vec<Mark>) {
    if let Some(inner) = spec.job_template.and_then(|job| job.spec) {
        scan(inner, marks);
    }
    if let Some(inner) = spec.template.and_then(|template| template.spec) {
        scan(*inner, marks);
    }
    let lists = [
        ("initContainers", spec.init_containers),
        ("containers", spec.containers),
        ("ephemeralContainers", spec.ephemeral_containers),
    ];
    for (list, containers) in lists {
        for container in containers.into_iter().flatten() {
            let name = container.name.unwrap_or_default();
            for variable in container.env.into_iter().flatten() {
                let text = variable.value.as_ref().and_then(RawValue::text);
                marks.extend(text.and_then(credential).map(|what| Mark {
                    extractor: ID,
                    container: name.clone(),
                    field: format!(
                        "{list}[{name}].env[{}].value",
                        variable.name.unwrap_or_default()
                    )
                    .into(),
                    what,
                }));
            }
        }
    }
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
