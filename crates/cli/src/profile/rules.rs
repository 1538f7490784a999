//! The rules that the definition of `ComplianceProfile` states beyond types, for files that no API server has seen, and that
//! its checks exist.

use std::collections::BTreeSet;

use assay_api::{
    CheckOverride, ComplianceProfile, LabelSelector, ObjectSelection, Parameters, ScopePart,
    SelectorOperator,
};

use super::Wrong;

/// The first rule that is broken.
pub(super) fn check(profile: &ComplianceProfile) -> Result<(), Wrong> {
    name(profile.metadata.name.as_deref().unwrap_or_default())?;
    let scope = &profile.spec.scope;
    for (part, path) in [
        (&scope.cde, "spec.scope.cde"),
        (&scope.connected_to, "spec.scope.connectedTo"),
        (&scope.out_of_scope, "spec.scope.outOfScope"),
    ] {
        scope_part(part, path)?;
    }
    selection(
        &profile.spec.parameters.admission_probe,
        "spec.parameters.admissionProbe",
    )?;
    let age = profile.spec.parameters.max_evidence_age;
    if age < Parameters::SHORTEST_EVIDENCE_AGE || age > Parameters::LONGEST_EVIDENCE_AGE {
        let field = "spec.parameters.maxEvidenceAge";
        return Err(Wrong::new(
            field,
            format!("{age} is not from 1m to 24h"),
            "write such as 15m",
        ));
    }
    let mut ids = BTreeSet::new();
    for (at, entry) in profile.spec.checks.iter().enumerate() {
        let path = format!("spec.checks[{at}]");
        check_id(&entry.id, ids.insert(&entry.id), &path)?;
        check_override(entry, &path)?;
    }
    Ok(())
}

fn name(name: &str) -> Result<(), Wrong> {
    let label = name
        .chars()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if label
        && !name.is_empty()
        && name.len() <= 40
        && !name.starts_with('-')
        && !name.ends_with('-')
    {
        return Ok(());
    }
    let reason = format!("{name:?} is not a DNS label of at most 40 characters");
    let remedy = "write lower-case letters, digits and dashes";
    Err(Wrong::new("metadata.name", reason, remedy))
}

fn scope_part(part: &ScopePart, path: &str) -> Result<(), Wrong> {
    selection(&part.namespaces, &format!("{path}.namespaces"))?;
    selection(&part.nodes, &format!("{path}.nodes"))
}

fn selection(selection: &ObjectSelection, path: &str) -> Result<(), Wrong> {
    selection
        .selector
        .as_ref()
        .map_or(Ok(()), |found| selector(found, &format!("{path}.selector")))
}

fn selector(selector: &LabelSelector, path: &str) -> Result<(), Wrong> {
    if selector.match_labels.is_empty() && selector.match_expressions.is_empty() {
        let reason = "an empty selector selects nothing here and everything elsewhere";
        return Err(Wrong::new(
            path,
            reason,
            "fill in matchLabels or matchExpressions, or leave it out",
        ));
    }
    for (at, entry) in selector.match_expressions.iter().enumerate() {
        let takes = matches!(
            entry.operator,
            SelectorOperator::In | SelectorOperator::NotIn
        );
        if takes == entry.values.is_empty() {
            let field = format!("{path}.matchExpressions[{at}]");
            let reason = "In and NotIn need values; Exists and DoesNotExist take none";
            return Err(Wrong::new(field, reason, "mend operator or values"));
        }
    }
    Ok(())
}

fn check_id(id: &str, is_first: bool, path: &str) -> Result<(), Wrong> {
    let (reason, remedy) = if assay_checks::find(id).is_none() {
        (
            format!("{id} names no check of this version"),
            "`assay checks` lists them",
        )
    } else if is_first {
        return Ok(());
    } else {
        (
            format!("{id} stands above already"),
            "leave one of the two out",
        )
    };
    Err(Wrong::new(format!("{path}.id"), reason, remedy))
}

fn check_override(entry: &CheckOverride, path: &str) -> Result<(), Wrong> {
    if entry.severity.is_none() && entry.enabled != Some(false) {
        let remedy =
            "set enabled to false to switch the check off, or severity to rate it differently";
        return Err(Wrong::new(path, "it changes nothing", remedy));
    }
    if entry.reason.trim().chars().count() < 10 {
        let field = format!("{path}.reason");
        return Err(Wrong::new(
            field,
            "it does not say why",
            "say so in at least 10 characters",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn broken(name: &str, spec: &Value) -> Option<String> {
        let profile = json!({
            "apiVersion": "compliance.assay.dev/v1alpha1",
            "kind": "ComplianceProfile",
            "metadata": {"name": name},
            "spec": spec,
        });
        let profile: ComplianceProfile = serde_json::from_value(profile).unwrap();
        check(&profile).err().map(|wrong| wrong.field)
    }

    #[test]
    fn each_rule_names_its_field() {
        assert_eq!(broken("pci", &json!({})), None);
        for name in ["", "Pci", "a.b", "-a", "a-", &"a".repeat(41)] {
            assert_eq!(broken(name, &json!({})).unwrap(), "metadata.name", "{name}");
        }
        for (spec, field) in [
            (
                json!({"parameters": {"maxEvidenceAge": "25h"}}),
                "spec.parameters.maxEvidenceAge",
            ),
            (
                json!({"parameters": {"maxEvidenceAge": "30s"}}),
                "spec.parameters.maxEvidenceAge",
            ),
            (
                json!({"parameters": {"admissionProbe": {"selector": {}}}}),
                "spec.parameters.admissionProbe.selector",
            ),
            (
                json!({"scope": {"connectedTo": {"nodes": {"selector": {}}}}}),
                "spec.scope.connectedTo.nodes.selector",
            ),
            (
                json!({"scope": {"cde": {"namespaces": {"selector": {"matchExpressions": [
                    {"key": "a", "operator": "Exists"},
                    {"key": "b", "operator": "In"},
                ]}}}}}),
                "spec.scope.cde.namespaces.selector.matchExpressions[1]",
            ),
            (
                json!({"checks": [{"id": "host-pid", "enabled": true, "reason": "long enough it is"}]}),
                "spec.checks[0]",
            ),
            (
                json!({"checks": [{"id": "host-pid", "enabled": false, "reason": "   because    "}]}),
                "spec.checks[0].reason",
            ),
            (
                json!({"checks": [{"id": "no-such", "enabled": false, "reason": "long enough it is"}]}),
                "spec.checks[0].id",
            ),
            (
                json!({"checks": [
                    {"id": "host-pid", "enabled": false, "reason": "long enough it is"},
                    {"id": "host-pid", "severity": "Low", "reason": "long enough it is"},
                ]}),
                "spec.checks[1].id",
            ),
        ] {
            assert_eq!(broken("pci", &spec).as_deref(), Some(field));
        }
    }
}
