//! What a profile means to the engine: read here once, for the operator and the command line alike.

use assay_checks::Params;
use assay_engine::{CheckSetting, Membership, Profile};
use assay_inventory::view::{LabelSelector, Operator, Requirement, Selection};
use assay_inventory::{Identity, ObjectKey};
use chrono::TimeDelta;

use super::scope::{self, ObjectSelection, ScopePart, SelectorOperator};
use super::{BreakGlass, CheckOverride, ComplianceProfile, Parameters};
use crate::{TimeSpan, words};

/// Why a profile cannot be used, though its shape is right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
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
    /// Evidence may be older or must be younger than makes sense.
    #[error(
        "ComplianceProfile {profile}: spec.parameters.maxEvidenceAge is {value}; write {} to {}, such as 15m",
        Parameters::SHORTEST_EVIDENCE_AGE,
        Parameters::LONGEST_EVIDENCE_AGE
    )]
    EvidenceAge {
        /// Name of the profile.
        profile: String,
        /// The value.
        value: TimeSpan,
    },
}

impl ComplianceProfile {
    /// The profile in the engine's terms.
    ///
    /// # Errors
    /// [`ProfileError`] names the field that is wrong.
    pub fn meaning(&self) -> Result<Profile, ProfileError> {
        let name = self.metadata.name.as_deref().unwrap_or_default();
        let spec = &self.spec;
        for check in &spec.checks {
            if assay_checks::find(&check.id).is_none() {
                return Err(ProfileError::NoSuchCheck {
                    profile: name.to_owned(),
                    id: check.id.clone(),
                });
            }
        }
        let settings = spec.checks.iter();
        Ok(Profile {
            name: name.into(),
            params: Params {
                break_glass: identities(&spec.parameters.break_glass).collect(),
                max_evidence_age: evidence_age(name, spec.parameters.max_evidence_age)?,
                kubelet_probe: spec.parameters.kubelet_probe,
                admission_probe: selection(&spec.parameters.admission_probe),
                secret_types: spec.parameters.secret_types,
                ..Params::default()
            },
            checks: settings
                .map(|check| (check.id.as_str().into(), setting(check)))
                .collect(),
            scope: assay_engine::Scope {
                cde: membership(&spec.scope.cde),
                connected_to: membership(&spec.scope.connected_to),
                out_of_scope: membership(&spec.scope.out_of_scope),
            },
        })
    }
}

/// The API server holds the value to its bounds, unless the definition it has is another one.
fn evidence_age(profile: &str, value: TimeSpan) -> Result<TimeDelta, ProfileError> {
    let allowed = Parameters::SHORTEST_EVIDENCE_AGE..=Parameters::LONGEST_EVIDENCE_AGE;
    Some(value)
        .filter(|value| allowed.contains(value))
        .and_then(|value| TimeDelta::from_std(value.duration()).ok())
        .ok_or_else(|| ProfileError::EvidenceAge {
            profile: profile.to_owned(),
            value,
        })
}

fn setting(check: &CheckOverride) -> CheckSetting {
    CheckSetting {
        disabled: (check.enabled == Some(false)).then(|| check.reason.as_str().into()),
        severity: check.severity.map(|severity| match severity {
            words::Severity::Critical => assay_checks::Severity::Critical,
            words::Severity::High => assay_checks::Severity::High,
            words::Severity::Medium => assay_checks::Severity::Medium,
            words::Severity::Low => assay_checks::Severity::Low,
        }),
    }
}

fn identities(glass: &BreakGlass) -> impl Iterator<Item = Identity> {
    let accounts = glass.service_accounts.iter().map(|account| {
        let key = ObjectKey::new(account.namespace.as_str(), account.name.as_str());
        Identity::ServiceAccount(key)
    });
    let users = glass
        .users
        .iter()
        .map(|name| Identity::User(name.as_str().into()));
    let groups = glass
        .groups
        .iter()
        .map(|name| Identity::Group(name.as_str().into()));
    accounts.chain(users).chain(groups)
}

fn membership(part: &ScopePart) -> Membership {
    let namespaces = selection(&part.namespaces);
    let nodes = selection(&part.nodes);
    Membership {
        namespaces: namespaces.names,
        namespace_selector: namespaces.selector,
        nodes: nodes.names,
        node_selector: nodes.selector,
    }
}

fn selection(objects: &ObjectSelection) -> Selection {
    let names = objects.names.iter();
    Selection {
        names: names.map(|name| name.as_str().into()).collect(),
        selector: selector(objects.selector.as_ref()),
    }
}

/// An empty selector would select everything; nobody means that here, so it selects nothing.
fn selector(selector: Option<&scope::LabelSelector>) -> Option<LabelSelector> {
    let selector = selector?;
    let labels = selector
        .match_labels
        .iter()
        .map(|(key, value)| Requirement {
            key: key.as_str().into(),
            operator: Operator::In,
            values: vec![value.as_str().into()],
        });
    let expressions = selector.match_expressions.iter().map(|entry| Requirement {
        key: entry.key.as_str().into(),
        operator: match entry.operator {
            SelectorOperator::In => Operator::In,
            SelectorOperator::NotIn => Operator::NotIn,
            SelectorOperator::Exists => Operator::Exists,
            SelectorOperator::DoesNotExist => Operator::DoesNotExist,
        },
        values: entry
            .values
            .iter()
            .map(|value| value.as_str().into())
            .collect(),
    });
    let requirements: Vec<Requirement> = labels.chain(expressions).collect();
    (!requirements.is_empty()).then_some(LabelSelector { requirements })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(spec: &Value) -> Result<Profile, ProfileError> {
        let profile = json!({
            "apiVersion": "compliance.assay.dev/v1alpha1", "kind": "ComplianceProfile",
            "metadata": {"name": "pci"}, "spec": spec,
        });
        let profile: ComplianceProfile = serde_json::from_value(profile).unwrap();
        profile.meaning()
    }

    #[test]
    fn an_empty_spec_is_the_default_profile() {
        let profile = read(&json!({})).unwrap();
        let default = Profile {
            name: "pci".into(),
            ..Profile::default()
        };
        assert_eq!(profile, default);
        assert!(!profile.scope.is_declared());
    }

    #[test]
    fn evidence_has_an_age_within_bounds() {
        let age = |text: &str| read(&json!({"parameters": {"maxEvidenceAge": text}}));
        let long = age("1h30m").unwrap().params.max_evidence_age;
        assert_eq!(long, TimeDelta::minutes(90));
        for wrong in ["0s", "59s", "24h1s", "5124095576030431h"] {
            let error = age(wrong).unwrap_err().to_string();
            assert!(
                error.contains("spec.parameters.maxEvidenceAge is "),
                "{error}"
            );
        }
    }

    #[test]
    fn a_check_that_does_not_exist_is_refused_by_name() {
        let checks = json!([{"id": "nonsense", "enabled": false, "reason": "no reason"}]);
        let error = read(&json!({ "checks": checks })).unwrap_err().to_string();
        assert!(error.contains("spec.checks[nonsense]"), "{error}");
    }

    #[test]
    fn switching_off_and_re_rating_are_kept_apart() {
        let profile = read(&json!({"checks": [
            {"id": "privileged-container", "enabled": false, "reason": "judged elsewhere"},
            {"id": "cluster-admin-binding", "severity": "Low", "reason": "a laboratory"},
            {"id": "host-pid", "enabled": true, "reason": "as it is"},
        ]}))
        .unwrap();
        let setting = |id: &str| {
            let setting = &profile.checks[id];
            (setting.disabled.as_deref(), setting.severity)
        };
        assert_eq!(
            setting("privileged-container"),
            (Some("judged elsewhere"), None)
        );
        let low = Some(assay_checks::Severity::Low);
        assert_eq!(setting("cluster-admin-binding"), (None, low));
        assert_eq!(setting("host-pid"), (None, None));
    }

    #[test]
    fn identities_and_scope_are_taken_over() {
        let profile = read(&json!({
            "parameters": {"breakGlass": {"users": ["a"], "groups": ["b"], "serviceAccounts": [{"namespace": "c", "name": "d"}]}},
            "scope": {
                "cde": {"namespaces": {"names": ["shop"], "selector": {"matchLabels": {"zone": "pci"}}}},
                "connectedTo": {"nodes": {"names": ["n1"]}},
                "outOfScope": {"nodes": {"selector": {"matchExpressions": [{"key": "pool", "operator": "NotIn", "values": ["pci"]}]}}},
            },
        }))
        .unwrap();
        let glass = &profile.params.break_glass;
        for identity in [
            Identity::User("a".into()),
            Identity::Group("b".into()),
            Identity::ServiceAccount(ObjectKey::new("c", "d")),
        ] {
            assert!(glass.contains(&identity), "{identity:?}");
        }
        let selects = |key: &str, operator: Operator| {
            let requirement = Requirement {
                key: key.into(),
                operator,
                values: vec!["pci".into()],
            };
            Some(LabelSelector {
                requirements: vec![requirement],
            })
        };
        let scope = &profile.scope;
        assert!(scope.cde.namespaces.contains("shop"));
        assert_eq!(scope.cde.namespace_selector, selects("zone", Operator::In));
        assert_eq!(
            (&scope.cde.nodes, &scope.cde.node_selector),
            (&[].into(), &None)
        );
        assert!(scope.connected_to.nodes.contains("n1"));
        assert_eq!(
            scope.out_of_scope.node_selector,
            selects("pool", Operator::NotIn)
        );
    }

    #[test]
    fn pods_are_tried_where_the_profile_says() {
        let probe = json!({"names": ["shop"], "selector": {"matchLabels": {"zone": "pci"}}});
        let profile = read(&json!({"parameters": {"admissionProbe": probe}})).unwrap();
        let probe = &profile.params.admission_probe;
        assert!(probe.names.contains("shop") && probe.selector.is_some());
        assert!(
            profile
                .params
                .asks(assay_inventory::EvidenceKind::AdmissionProbe)
        );
        let none = read(&json!({})).unwrap().params;
        assert!(!none.asks(assay_inventory::EvidenceKind::AdmissionProbe));
    }

    #[test]
    fn an_empty_selector_selects_nothing() {
        let profile = read(&json!({"scope": {"cde": {"namespaces": {"selector": {}}}}})).unwrap();
        assert!(!profile.scope.is_declared());
    }
}
