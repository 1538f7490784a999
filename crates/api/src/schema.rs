//! What Kubernetes expects of a schema and the derive macros do not give by themselves.

use schemars::{Schema, transform::transform_subschemas};
use serde_json::{Map, Value, json};

/// For `skip_serializing_if`: whether a field holds nothing beyond its default.
pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Puts a schema and all below it into the form that Kubernetes wants:
///
/// - Rust's unsigned integers become `int64`: an API server warns about formats it does not know, at every install.
/// - Optional is absent, never `null`: the alternatives that allow `null` go, and with them the risk that the
///   description of a field's type hides that of the field.
/// - A description is running text: line breaks inside a paragraph go, because `kubectl explain` wraps by itself.
pub(crate) fn for_kubernetes(schema: &mut Schema) {
    transform_subschemas(&mut for_kubernetes, schema);
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    drop_null(object);
    if let Some(format) = object.get_mut("format")
        && format.as_str().is_some_and(|name| name.starts_with("uint"))
    {
        *format = json!("int64");
    }
    if let Some(Value::String(text)) = object.get_mut("description") {
        *text = running_text(text);
    }
}

fn drop_null(object: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            object.insert("type".to_owned(), only);
        }
    }
    let Some(Value::Array(alternatives)) = object.get_mut("anyOf") else {
        return;
    };
    alternatives.retain(|alternative| alternative.get("type") != Some(&json!("null")));
    if let [Value::Object(only)] = alternatives.as_slice() {
        let only = only.clone();
        object.remove("anyOf");
        for (key, value) in only {
            object.entry(key).or_insert(value);
        }
    }
}

fn running_text(text: &str) -> String {
    let paragraphs: Vec<String> = text
        .split("\n\n")
        .map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    paragraphs.join("\n\n")
}
