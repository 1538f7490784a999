//! Which object a manifest is of, filled in as the API server would: with the namespace it would be created in, with a name
//! where it would be given one, and, if it runs pods, without a status that no cluster has given it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use assay_inventory::{Kind, ObjectKey, SubjectKind};
use serde::Deserialize;
use serde_json::value::RawValue;

/// Whether it runs pods. A status of such tells that something is over, or as whom it runs; patches of such are written that lack
/// what they need.
pub(super) fn runs_pods(kind: Kind) -> bool {
    SubjectKind::Workload.kinds().contains(&kind)
}

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
    #[serde(borrow, default)]
    status: Option<&'a RawValue>,
}

/// An object of a watched kind, ready to be decoded.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Identified<'a> {
    /// Its key; the name is empty where it has none.
    pub(super) key: ObjectKey,
    /// Whether the name stands for those the API server will make from `generateName`.
    pub(super) generated: bool,
    /// The object with its namespace and name filled in, and without a status that is only claimed.
    pub(super) json: Cow<'a, str>,
}

impl<'a> Head<'a> {
    /// Reads the head of an object.
    pub(super) fn read(json: &'a str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// Fills in what the API server would, and drops what it would. `json` must be the text that the head was read from.
    pub(super) fn identify(&self, kind: Kind, json: &'a str, default: &str) -> Identified<'a> {
        let text = self.metadata.map_or("", RawValue::get);
        // Metadata of another shape, or with a name that is no text, is for the decoder to refuse.
        let mut fields: BTreeMap<Cow<'_, str>, &RawValue> =
            serde_json::from_str(text).unwrap_or_default();
        let field = |name: &str| -> String {
            let raw = fields.get(name).map_or("", |value| value.get());
            serde_json::from_str(raw).unwrap_or_default()
        };
        let (given, name, prefix) = (field("namespace"), field("name"), field("generateName"));
        let was_in_cluster = !field("uid").is_empty();
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
        let raw = |text: &str| serde_json::value::to_raw_value(text).ok();
        let (raw_namespace, raw_name) = (raw(namespace), raw(&name));
        let is_whole = fields.is_empty() || (given == namespace && !generated);
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
        let filled = if is_whole {
            None
        } else {
            serde_json::to_string(&fields).ok()
        };
        let mut edits = Vec::new();
        edits.extend(filled.as_deref().map(|filled| (text, filled)));
        // The API server drops the status of what is created. That of others (a certificate request that is approved) only ever
        // shows more.
        let claimed = self.status.filter(|_| !was_in_cluster && runs_pods(kind));
        edits.extend(claimed.map(|status| (status.get(), "null")));
        let edited = if edits.is_empty() {
            None
        } else {
            splice(json, edits)
        };
        Identified {
            key: ObjectKey::new(namespace, name.as_str()),
            generated,
            json: edited.map_or(Cow::Borrowed(json), Cow::Owned),
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

/// Puts into the place of each first text, which must be a part of `text`, the second.
fn splice(text: &str, mut edits: Vec<(&str, &str)>) -> Option<String> {
    edits.sort_by_key(|(old, _)| old.as_ptr().addr());
    let mut spliced = String::with_capacity(text.len());
    let mut end = 0;
    for (old, new) in edits {
        let start = old.as_ptr().addr().checked_sub(text.as_ptr().addr())?;
        spliced.push_str(text.get(end..start)?);
        spliced.push_str(new);
        end = start + old.len();
    }
    spliced.push_str(text.get(end..)?);
    Some(spliced)
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

    #[test]
    fn a_status_counts_where_a_cluster_has_given_it() {
        let status = |metadata: &str| {
            let json = format!(
                r#"{{"status":{{"phase":"Failed"}},"apiVersion":"v1","kind":"Pod","metadata":{metadata},"spec":{{"status":"x"}}}}"#
            );
            let (_, filled) = identify(Kind::Pod, &json);
            let read: serde_json::Value = serde_json::from_str(&filled).unwrap();
            assert_eq!(read["spec"]["status"], "x", "{filled}");
            read["status"]["phase"].as_str().map(str::to_owned)
        };
        assert_eq!(status(r#"{"name":"a"}"#), None);
        assert_eq!(status(r#"{"name":"a","namespace":"shop"}"#), None);
        assert_eq!(status(r#"{"name":"a","uid":""}"#), None);
        let in_cluster = status(r#"{"name":"a","uid":"u"}"#);
        assert_eq!(in_cluster.as_deref(), Some("Failed"));
        let request = r#"{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"a"},"status":{}}"#;
        let (_, filled) = identify(Kind::CertificateSigningRequest, request);
        assert!(filled.contains(r#""status":{}"#), "{filled}");
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
            let json = format!(
                r#"{{"apiVersion":"v1","kind":"Pod","metadata":{metadata},"spec":{{"containers":[]}}}}"#
            );
            let (key, filled) = identify(Kind::Pod, &json);
            let decoded = assay_inventory::decode(Kind::Pod, &filled, &[]);
            assert!(
                decoded.is_err() || key.name.is_empty(),
                "{metadata} became {filled}"
            );
        }
    }
}
