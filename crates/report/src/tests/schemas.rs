//! What is written keeps to the schema. That the published one is the types' own, `cargo xtask generate --check` tells.

use serde_json::Value;

use super::sample;
use crate::schema;

#[test]
fn what_is_written_keeps_to_the_schema() {
    let root = schema();
    let value = serde_json::to_value(sample::snapshot()).unwrap();
    keeps_to(&value, &root, &root, "$");
}

/// As much of JSON Schema as the schema uses; every key must be described, and every one described must be there.
fn keeps_to(value: &Value, schema: &Value, root: &Value, path: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        let schema = root.pointer(reference.trim_start_matches('#')).unwrap();
        return keeps_to(value, schema, root, path);
    }
    if let Some(any) = schema["anyOf"].as_array() {
        let of_type = |schema: &&Value| (schema["type"] == "null") == value.is_null();
        let schema = any.iter().find(of_type).unwrap();
        return keeps_to(value, schema, root, path);
    }
    if let Some(one) = schema["oneOf"].as_array() {
        assert!(
            one.iter().any(|schema| schema["const"] == *value),
            "{path}: {value}"
        );
        return;
    }
    let is = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let types = &schema["type"];
    let allowed = types == is
        || types
            .as_array()
            .is_some_and(|all| all.iter().any(|one| one == is));
    assert!(allowed, "{path} is {is}, not {types}");
    match value {
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                keeps_to(item, &schema["items"], root, &format!("{path}[{at}]"));
            }
        }
        Value::Object(entries) => {
            let properties = schema["properties"].as_object().unwrap();
            let written: Vec<&String> = entries.keys().collect();
            let described: Vec<&String> = properties.keys().collect();
            assert_eq!(written, described, "{path}");
            assert_eq!(
                schema["required"].as_array().unwrap().len(),
                described.len(),
                "{path}"
            );
            for (key, entry) in entries {
                keeps_to(entry, &properties[key], root, &format!("{path}.{key}"));
            }
        }
        _ => {}
    }
}
