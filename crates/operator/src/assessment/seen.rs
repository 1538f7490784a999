//! A profile as the watch delivers it.
//!
//! kube decodes a page as a whole, so one profile with a word of a later version would lose them all. The spec is decoded
//! here instead, profile by profile, and the status never: it is ours, and may be a later version's.

use assay_api::{ComplianceProfile, ComplianceProfileSpec};
use kube::Resource;
use kube::api::ObjectMeta;
use serde::Deserialize;
use serde_json::{Value, json};

/// A profile whose spec has not been decoded.
#[derive(Debug, Clone, Deserialize, Resource)]
#[resource(inherit = "ComplianceProfile")]
pub(crate) struct SeenProfile {
    metadata: ObjectMeta,
    #[serde(default)]
    spec: Value,
}

impl SeenProfile {
    /// The profile, without its status. The error names the field that this version cannot read.
    pub(crate) fn read(&self) -> anyhow::Result<ComplianceProfile> {
        let spec = ComplianceProfileSpec::deserialize(&self.spec).map_err(|error| {
            let reason = error.to_string();
            anyhow::anyhow!(
                "ComplianceProfile {}: spec{}: {reason}; write what this version of Assay reads, or use the version that the profile is for",
                self.metadata.name.as_deref().unwrap_or_default(),
                field(&self.spec, &reason, &|part| part)
            )
        })?;
        Ok(ComplianceProfile {
            metadata: self.metadata.clone(),
            spec,
            status: None,
        })
    }
}

/// Which part of `value` alone gives the reason; `within` puts a part where it belongs in a spec. It is sought no further
/// than to an entry of a list: outside lists every field may be left out, so that nothing else is missed in a part.
fn field(value: &Value, reason: &str, within: &dyn Fn(Value) -> Value) -> String {
    let is_it = |part: Value| {
        ComplianceProfileSpec::deserialize(within(part))
            .is_err_and(|error| error.to_string() == reason)
    };
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let alone = |part: Value| json!({ name: part });
                if is_it(alone(value.clone())) {
                    let rest = field(value, reason, &|part| within(alone(part)));
                    return format!(".{name}{rest}");
                }
            }
        }
        Value::Array(items) => {
            let mut entries = items.iter().enumerate();
            if let Some((at, item)) = entries.find(|(_, item)| is_it(json!([item]))) {
                let id = item.get("id").and_then(Value::as_str);
                return id.map_or_else(|| format!("[{at}]"), |id| format!("[{id}]"));
            }
        }
        _ => {}
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use kube::core::{ObjectList, WatchEvent};

    use super::*;

    fn reason(spec: &Value) -> String {
        let profile = json!({"metadata": {"name": "pci"}, "spec": spec});
        let profile: SeenProfile = serde_json::from_value(profile).unwrap();
        profile.read().unwrap_err().to_string()
    }

    #[test]
    fn a_word_of_a_later_version_loses_no_other_profile() {
        let page = r#"{"kind": "ComplianceProfileList", "apiVersion": "compliance.assay.dev/v1alpha1", "metadata": {"resourceVersion": "9"}, "items": [
            {"metadata": {"name": "later"}, "spec": {"checks": [{"id": "host-pid", "severity": "Extreme", "reason": "as it is"}]}},
            {"metadata": {"name": "pci", "uid": "1"}, "spec": {"parameters": {"secretTypes": true}}, "status": {"verdict": "Splendid", "sight": 7}}]}"#;
        let list: ObjectList<SeenProfile> = serde_json::from_str(page).unwrap();
        let read: Vec<_> = list.items.iter().map(SeenProfile::read).collect();
        assert!(read[0].is_err());
        let pci = read[1].as_ref().unwrap();
        assert!(pci.spec.parameters.secret_types && pci.status.is_none());
        assert_eq!(pci.metadata.uid.as_deref(), Some("1"));

        let event = r#"{"type": "MODIFIED", "object": {"metadata": {"name": "pci", "resourceVersion": "10"}, "spec": {}, "status": "?"}}"#;
        let event: WatchEvent<SeenProfile> = serde_json::from_str(event).unwrap();
        assert!(matches!(event, WatchEvent::Modified(profile) if profile.read().is_ok()));
    }

    #[test]
    fn the_field_that_cannot_be_read_is_named() {
        let severity = json!({"parameters": {"secretTypes": true}, "checks": [
            {"id": "privileged-container", "severity": "Low", "reason": "a laboratory"},
            {"id": "host-pid", "severity": "Extreme", "reason": "as it is"},
        ]});
        assert_eq!(
            reason(&severity),
            "ComplianceProfile pci: spec.checks[host-pid]: unknown variant `Extreme`, expected one of `Critical`, `High`, \
             `Medium`, `Low`; write what this version of Assay reads, or use the version that the profile is for"
        );
        for (spec, field) in [
            (
                json!({"parameters": {"kubeletProbe": true, "maxEvidenceAge": "1d"}}),
                "spec.parameters.maxEvidenceAge: \"1d\" is not a length of time",
            ),
            (
                json!({"scope": {"cde": {"nodes": {"selector": {"matchExpressions": [{"key": "pool", "operator": "Like"}]}}}}}),
                "spec.scope.cde.nodes.selector.matchExpressions[0]: unknown variant `Like`",
            ),
            (
                json!({"checks": [{"id": "host-pid"}]}),
                "spec.checks[host-pid]: missing field",
            ),
            (json!(null), "spec: invalid type: null"),
        ] {
            let reason = reason(&spec);
            assert!(
                reason.starts_with(&format!("ComplianceProfile pci: {field}")),
                "{reason}"
            );
        }
    }
}
