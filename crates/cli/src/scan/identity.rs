//! Which object a manifest is of, filled in as the API server would: with the namespace it would be created in, and with
//! a name where it would be given one.

use std::borrow::Cow;
use std::collections::BTreeMap;

use assay_inventory::{Kind, ObjectKey};
use serde::Deserialize;
use serde_json::value::RawValue;

/// What a manifest says that it is.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Head<'a> {
    #[serde(borrow)]
    pub(super) api_version: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) kind: Cow<'a, str>,
    #[serde(borrow, default)]
    metadata: Option<&'a RawValue>,
}

/// An object of a watched kind, ready to be decoded.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Identified<'a> {
    /// Its key; the name is empty where it has none.
    pub(super) key: ObjectKey,
    /// Whether the name stands for those the API server will make from `generateName`.
    pub(super) generated: bool,
    /// The object with its namespace and name filled in.
    pub(super) json: Cow<'a, str>,
}

impl<'a> Head<'a> {
    /// Reads the head of an object.
    pub(super) fn read(json: &'a str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// Fills in what the API server would. `json` must be the text that the head was read from.
    pub(super) fn identify(&self, kind: Kind, json: &'a str, default: &str) -> Identified<'a> {
        let Some(metadata) = self.metadata else {
            return Identified {
                key: ObjectKey::new(scope(kind, default), ""),
                generated: false,
                json: Cow::Borrowed(json),
            };
        };
        // Metadata of another shape, or with a name that is no text, is for the decoder to refuse.
        let mut fields: BTreeMap<Cow<'_, str>, &RawValue> =
            serde_json::from_str(metadata.get()).unwrap_or_default();
        let text = |field: &str| -> String {
            let raw = fields.get(field).map_or("", |value| value.get());
            serde_json::from_str(raw).unwrap_or_default()
        };
        let (given, name, prefix) = (text("namespace"), text("name"), text("generateName"));
        let namespace = match given.as_str() {
            "" => scope(kind, default),
            given => scope(kind, given),
        };
        let generated = name.is_empty() && !prefix.is_empty();
        let name = if generated {
            format!("{prefix}*")
        } else {
            name
        };
        let key = ObjectKey::new(namespace, name.as_str());
        if fields.is_empty() || (given == namespace && !generated) {
            return Identified {
                key,
                generated,
                json: Cow::Borrowed(json),
            };
        }
        let raw = |text: &str| serde_json::value::to_raw_value(text).ok();
        let (raw_namespace, raw_name) = (raw(namespace), raw(&name));
        if is_absent(fields.get("namespace").copied()) || !given.is_empty() {
            fields.remove("namespace");
            if !namespace.is_empty() {
                fields.extend(
                    raw_namespace
                        .as_deref()
                        .map(|raw| ("namespace".into(), raw)),
                );
            }
        }
        if generated {
            fields.extend(raw_name.as_deref().map(|raw| ("name".into(), raw)));
        }
        let json = serde_json::to_string(&fields)
            .ok()
            .and_then(|filled| splice(json, metadata.get(), &filled))
            .map_or(Cow::Borrowed(json), Cow::Owned);
        Identified {
            key,
            generated,
            json,
        }
    }
}

/// The namespace an object of this kind lives in: none if the kind is cluster-scoped.
fn scope(kind: Kind, namespace: &str) -> &str {
    if kind.served().namespaced {
        namespace
    } else {
        ""
    }
}

/// Whether a field is missing or as good as missing, so that it may be filled in without hiding a mistake.
fn is_absent(value: Option<&RawValue>) -> bool {
    value.is_none_or(|value| matches!(value.get(), "null" | "\"\""))
}

/// Puts `new` in the place of `old`, which must be a part of `text`.
fn splice(text: &str, old: &str, new: &str) -> Option<String> {
    let start = old.as_ptr().addr().checked_sub(text.as_ptr().addr())?;
    let before = text.get(..start)?;
    let after = text.get(start + old.len()..)?;
    Some([before, new, after].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identify(kind: Kind, json: &str) -> (ObjectKey, String) {
        let head = Head::read(json).unwrap();
        let identified = head.identify(kind, json, "shop");
        (identified.key, identified.json.into_owned())
    }

    #[test]
    fn a_namespace_is_filled_in() {
        let json = r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","labels":{"x":"y"}},"spec":{}}"#;
        let (key, filled) = identify(Kind::Pod, json);
        assert_eq!(key, ObjectKey::new("shop", "a"));
        assert_eq!(
            filled,
            r#"{"apiVersion":"v1","kind":"Pod","metadata":{"labels":{"x":"y"},"name":"a","namespace":"shop"},"spec":{}}"#
        );
    }

    #[test]
    fn what_is_whole_stays_as_it_is() {
        let json = r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","namespace":"b"}}"#;
        let head = Head::read(json).unwrap();
        let identified = head.identify(Kind::Pod, json, "shop");
        assert_eq!(identified.key, ObjectKey::new("b", "a"));
        assert!(matches!(identified.json, Cow::Borrowed(_)));
    }

    #[test]
    fn cluster_scoped_objects_lose_a_namespace() {
        let json = r#"{"apiVersion":"v1","kind":"Node","metadata":{"name":"a","namespace":"b"}}"#;
        let (key, filled) = identify(Kind::Node, json);
        assert_eq!(key, ObjectKey::new("", "a"));
        assert!(!filled.contains("namespace"), "{filled}");
    }

    #[test]
    fn a_generated_name_is_stood_for() {
        let json = r#"{"apiVersion":"batch/v1","kind":"Job","metadata":{"generateName":"load-"}}"#;
        let (key, filled) = identify(Kind::Job, json);
        assert_eq!(key, ObjectKey::new("shop", "load-*"));
        assert!(filled.contains(r#""name":"load-*""#), "{filled}");
    }

    proptest::proptest! {
        #[test]
        fn nothing_but_namespace_and_name_is_touched(
            name in ".{0,6}",
            namespace in proptest::option::of(".{0,6}"),
            label in ".{0,6}",
            spec in ".{0,6}",
        ) {
            let mut object = serde_json::json!({
                "apiVersion": "v1",
                "kind": "Pod",
                "metadata": {"labels": {label: "x"}, "generateName": name, "namespace": namespace},
                "spec": {"metadata": {"name": spec}},
            });
            let (key, filled) = identify(Kind::Pod, &object.to_string());
            let read: serde_json::Value = serde_json::from_str(&filled).unwrap();
            let metadata = object["metadata"].as_object_mut().unwrap();
            let given = namespace.filter(|namespace| !namespace.is_empty());
            let namespace = given.unwrap_or_else(|| "shop".to_owned());
            if !name.is_empty() {
                metadata.insert("name".to_owned(), format!("{name}*").into());
            }
            metadata.insert("namespace".to_owned(), namespace.as_str().into());
            proptest::prop_assert_eq!(&read, &object);
            proptest::prop_assert_eq!(&*key.namespace, namespace.as_str());
        }
    }

    #[test]
    fn mistakes_are_left_for_the_decoder() {
        for metadata in ["[]", "7", r#"{"name":7}"#, r#"{"name":"a","namespace":7}"#] {
            let json = format!(r#"{{"apiVersion":"v1","kind":"Pod","metadata":{metadata}}}"#);
            let (key, filled) = identify(Kind::Pod, &json);
            let decoded = assay_inventory::decode(Kind::Pod, &filled, &[]);
            assert!(
                decoded.is_err() || key.name.is_empty(),
                "{metadata} became {filled}"
            );
        }
    }
}
