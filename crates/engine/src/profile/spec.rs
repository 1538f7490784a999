//! Reading the `spec` of a `ComplianceProfile`, the same for the operator and the command line.

use std::collections::BTreeMap;

use assay_checks::{Params, Severity};
use assay_inventory::view::{LabelSelector, Operator, Requirement, Text};
use assay_inventory::{Identity, ObjectKey};
use chrono::TimeDelta;
use serde::Deserialize;

use super::{CheckSetting, Membership, Profile, Scope};

/// Why a profile cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// The spec has another shape.
    #[error("spec of ComplianceProfile {profile} cannot be read: {reason}")]
    Shape {
        /// Name of the profile.
        profile: String,
        /// What is wrong.
        reason: String,
    },
    /// A check that does not exist is switched off or re-rated.
    #[error(
        "ComplianceProfile {profile}: spec.checks[{id}] names no check of this version; `assay checks` lists them"
    )]
    NoSuchCheck {
        /// Name of the profile.
        profile: String,
        /// The id.
        id: String,
    },
    /// A length of time is none.
    #[error(
        "ComplianceProfile {profile}: spec.parameters.maxEvidenceAge is {value:?}; write whole hours, minutes and seconds such as 15m"
    )]
    Duration {
        /// Name of the profile.
        profile: String,
        /// The value.
        value: String,
    },
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct RawSpec {
    scope: RawScope,
    parameters: RawParameters,
    checks: Vec<RawCheck>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct RawScope {
    cde: RawPart,
    connected_to: RawPart,
    out_of_scope: RawPart,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawPart {
    namespaces: RawSelection,
    nodes: RawSelection,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawSelection {
    names: Vec<Text>,
    selector: Option<RawSelector>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct RawSelector {
    match_labels: BTreeMap<Text, Text>,
    match_expressions: Vec<RawRequirement>,
}

#[derive(Deserialize)]
struct RawRequirement {
    key: Text,
    operator: Operator,
    #[serde(default)]
    values: Vec<Text>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct RawParameters {
    break_glass: RawBreakGlass,
    max_evidence_age: Option<String>,
    kubelet_probe: bool,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct RawBreakGlass {
    users: Vec<Text>,
    groups: Vec<Text>,
    service_accounts: Vec<RawAccount>,
}

#[derive(Deserialize)]
struct RawAccount {
    namespace: Text,
    name: Text,
}

#[derive(Deserialize)]
struct RawCheck {
    id: Text,
    #[serde(default)]
    enabled: Option<bool>,
    #[serde(default)]
    severity: Option<Severity>,
    reason: Text,
}

impl Profile {
    /// Reads a profile from the JSON of its `spec`.
    ///
    /// # Errors
    /// [`ProfileError`] names the field that is wrong.
    pub fn read(name: &str, spec: &serde_json::Value) -> Result<Self, ProfileError> {
        let spec = RawSpec::deserialize(spec).map_err(|error| ProfileError::Shape {
            profile: name.to_owned(),
            reason: error.to_string(),
        })?;
        let mut checks = BTreeMap::new();
        for check in spec.checks {
            if assay_checks::find(&check.id).is_none() {
                return Err(ProfileError::NoSuchCheck {
                    profile: name.to_owned(),
                    id: check.id.to_string(),
                });
            }
            let setting = CheckSetting {
                disabled: (check.enabled == Some(false)).then_some(check.reason),
                severity: check.severity,
            };
            checks.insert(check.id, setting);
        }
        Ok(Self {
            name: name.into(),
            params: params(name, spec.parameters)?,
            checks,
            scope: Scope {
                cde: membership(spec.scope.cde),
                connected_to: membership(spec.scope.connected_to),
                out_of_scope: membership(spec.scope.out_of_scope),
            },
        })
    }
}

fn params(profile: &str, raw: RawParameters) -> Result<Params, ProfileError> {
    let defaults = Params::default();
    let max_evidence_age = match raw.max_evidence_age {
        None => defaults.max_evidence_age,
        Some(text) => duration(&text).ok_or_else(|| ProfileError::Duration {
            profile: profile.to_owned(),
            value: text,
        })?,
    };
    let glass = raw.break_glass;
    let accounts = glass
        .service_accounts
        .into_iter()
        .map(|account| Identity::ServiceAccount(ObjectKey::new(account.namespace, account.name)));
    Ok(Params {
        break_glass: accounts
            .chain(glass.users.into_iter().map(Identity::User))
            .chain(glass.groups.into_iter().map(Identity::Group))
            .collect(),
        max_evidence_age,
        kubelet_probe: raw.kubelet_probe,
    })
}

/// `1h30m`, `15m`, `90s`; more than nothing.
fn duration(text: &str) -> Option<TimeDelta> {
    let mut total: i64 = 0;
    let mut number: Option<i64> = None;
    for character in text.chars() {
        if let Some(digit) = character.to_digit(10) {
            let digit = i64::from(digit);
            number = Some(number.unwrap_or(0).checked_mul(10)?.checked_add(digit)?);
            continue;
        }
        let unit = match character {
            'h' => 3600,
            'm' => 60,
            's' => 1,
            _ => return None,
        };
        total = total.checked_add(number.take()?.checked_mul(unit)?)?;
    }
    (number.is_none() && total > 0)
        .then(|| TimeDelta::try_seconds(total))
        .flatten()
}

fn membership(raw: RawPart) -> Membership {
    Membership {
        namespaces: raw.namespaces.names.into_iter().collect(),
        namespace_selector: selector(raw.namespaces.selector),
        nodes: raw.nodes.names.into_iter().collect(),
        node_selector: selector(raw.nodes.selector),
    }
}

/// An empty selector would select everything; nobody means that here, so it selects nothing.
fn selector(raw: Option<RawSelector>) -> Option<LabelSelector> {
    let raw = raw?;
    let labels = raw
        .match_labels
        .into_iter()
        .map(|(key, value)| Requirement {
            key,
            operator: Operator::In,
            values: vec![value],
        });
    let expressions = raw.match_expressions.into_iter().map(|entry| Requirement {
        key: entry.key,
        operator: entry.operator,
        values: entry.values,
    });
    Some(LabelSelector {
        requirements: labels.chain(expressions).collect(),
    })
    .filter(|selector| !selector.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_spec_is_the_default_profile() {
        let profile = Profile::read("pci", &serde_json::json!({})).unwrap();
        assert_eq!(profile.params, Params::default());
        assert!(!profile.scope.is_declared());
    }

    #[test]
    fn durations_are_whole_and_positive() {
        assert_eq!(duration("1h30m"), Some(TimeDelta::minutes(90)));
        for wrong in ["", "15", "m", "-5m", "0s", "1.5h", "99999999999999999999h"] {
            assert_eq!(duration(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_check_that_does_not_exist_is_refused_by_name() {
        let spec = serde_json::json!({"checks": [{"id": "nonsense", "enabled": false, "reason": "no reason"}]});
        let error = Profile::read("pci", &spec).unwrap_err();
        assert!(
            error.to_string().contains("spec.checks[nonsense]"),
            "{error}"
        );
    }

    #[test]
    fn switching_off_and_re_rating_are_kept_apart() {
        let spec = serde_json::json!({"checks": [
            {"id": "privileged-container", "enabled": false, "reason": "judged elsewhere"},
            {"id": "cluster-admin-binding", "severity": "Low", "reason": "a laboratory"},
        ]});
        let profile = Profile::read("pci", &spec).unwrap();
        assert!(profile.checks["privileged-container"].disabled.is_some());
        let rated = &profile.checks["cluster-admin-binding"];
        assert_eq!(
            (rated.severity, &rated.disabled),
            (Some(Severity::Low), &None)
        );
    }
}
