//! Finds misspelt fields: serde passes over them, and a setting that does nothing is worse than an error.

use serde_json::Value;

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
    fn an_empty_value_is_not_missed() {
        let written =
            json!({"spec": {"scope": {"cde": {"namespaces": {"names": []}}}, "checks": null}});
        assert_eq!(first(&written, &json!({"spec": {}})), None);
    }
}
