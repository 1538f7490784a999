//! Finds what serde passes over, though the API server would not: misspelt fields, since a setting that does nothing is worse than an
//! error, and lists in the place of mappings, which what serde derives takes by the order of their fields.

use assay_api::ComplianceProfile;
use kube::CustomResourceExt;
use serde_json::Value;

/// Path of the first list that stands where the definition has a mapping.
pub(super) fn list_for_mapping(written: &Value) -> Option<String> {
    const SPEC: &str = "/spec/versions/0/schema/openAPIV3Schema/properties/spec";
    let definition = serde_json::to_value(ComplianceProfile::crd()).ok()?;
    misplaced(written.get("spec")?, definition.pointer(SPEC)?, "spec")
}

fn misplaced(written: &Value, schema: &Value, path: &str) -> Option<String> {
    match written {
        Value::Array(_) if schema.get("type")? == "object" => Some(path.to_owned()),
        Value::Array(items) => {
            let schema = schema.get("items")?;
            items
                .iter()
                .enumerate()
                .find_map(|(at, item)| misplaced(item, schema, &format!("{path}[{at}]")))
        }
        Value::Object(fields) => fields.iter().find_map(|(name, value)| {
            let known = schema.get("properties").and_then(|known| known.get(name));
            let schema = known.or_else(|| schema.get("additionalProperties"))?;
            misplaced(value, schema, &format!("{path}.{name}"))
        }),
        _ => None,
    }
}

/// Path of the first field below `spec` that was written and means nothing. `known` is what was read, written again.
pub(super) fn first(written: &Value, known: &Value) -> Option<String> {
    extra(written.get("spec")?, known.get("spec"), "spec")
}

fn extra(written: &Value, known: Option<&Value>, path: &str) -> Option<String> {
    match (written, known) {
        // Empty values are left out when they are written again.
        _ if is_empty(written) => None,
        (_, None) => Some(path.to_owned()),
        (Value::Object(written), Some(known)) => written.iter().find_map(|(key, value)| {
            let path = format!("{path}.{key}");
            extra(value, known.get(key), &path)
        }),
        (Value::Array(written), Some(known)) => {
            written.iter().enumerate().find_map(|(at, value)| {
                let path = format!("{path}[{at}]");
                extra(value, known.get(at), &path)
            })
        }
        _ => None,
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(entries) => entries.values().all(is_empty),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_misspelt_field_is_found_by_its_path() {
        let written = json!({"spec": {"checks": [{"id": "a"}, {"id": "b", "enabeld": false}]}});
        let known = json!({"spec": {"checks": [{"id": "a"}, {"id": "b"}]}});
        assert_eq!(first(&written, &known).unwrap(), "spec.checks[1].enabeld");
    }

    #[test]
    fn a_list_is_no_mapping() {
        let found = |spec: Value| list_for_mapping(&json!({ "spec": spec }));
        assert_eq!(found(json!([])).unwrap(), "spec");
        assert_eq!(found(json!({"scope": []})).unwrap(), "spec.scope");
        let nodes = json!({"scope": {"cde": {"nodes": {"selector": {"matchLabels": []}}}}});
        let path = "spec.scope.cde.nodes.selector.matchLabels";
        assert_eq!(found(nodes).unwrap(), path);
        assert_eq!(
            found(json!({"checks": [{"id": "a"}, []]})).unwrap(),
            "spec.checks[1]"
        );
        assert_eq!(
            found(json!({"checks": [], "scope": {}, "parameters": null})),
            None
        );
    }

    #[test]
    fn an_empty_value_is_not_missed() {
        let written =
            json!({"spec": {"scope": {"cde": {"namespaces": {"names": []}}}, "checks": null}});
        assert_eq!(first(&written, &json!({"spec": {}})), None);
    }
}
