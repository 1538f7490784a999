//! An object as the watch delivers it: its metadata for kube, its bytes for our own decoder.
//!
//! kube decodes a page or an event as a whole, so one object that a typed view cannot read would lose the page. Keeping
//! the raw text until our decoder has it makes such an object a visible `Unknown` instead.

use std::borrow::Cow;
use std::fmt;

use assay_inventory::Kind;
use kube::Resource;
use kube::core::{DynamicResourceScope, ObjectMeta};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// A kind, in the version in which it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Watched {
    pub(crate) kind: Kind,
    pub(crate) version: &'static str,
}

impl From<Kind> for Watched {
    fn from(kind: Kind) -> Self {
        Self {
            kind,
            version: kind.served().version,
        }
    }
}

/// One object, not decoded beyond what names it.
#[derive(Clone)]
pub(crate) struct Observed {
    meta: ObjectMeta,
    raw: Box<RawValue>,
}

impl Observed {
    /// Its JSON.
    pub(crate) fn json(&self) -> &str {
        self.raw.get()
    }
}

#[derive(Deserialize, Default)]
struct Outline {
    #[serde(default)]
    metadata: Named,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Named {
    name: Option<String>,
    namespace: Option<String>,
    resource_version: Option<String>,
}

impl<'de> Deserialize<'de> for Observed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let outline: Outline = serde_json::from_str(raw.get()).map_err(serde::de::Error::custom)?;
        Ok(Self {
            meta: ObjectMeta {
                name: outline.metadata.name,
                namespace: outline.metadata.namespace,
                resource_version: outline.metadata.resource_version,
                ..ObjectMeta::default()
            },
            raw,
        })
    }
}

impl fmt::Debug for Observed {
    /// Names the object; its content belongs in no log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observed")
            .field("namespace", &self.meta.namespace)
            .field("name", &self.meta.name)
            .finish_non_exhaustive()
    }
}

impl Resource for Observed {
    type DynamicType = Watched;
    type Scope = DynamicResourceScope;

    fn kind(of: &Watched) -> Cow<'_, str> {
        of.kind.served().kind.into()
    }

    fn group(of: &Watched) -> Cow<'_, str> {
        of.kind.served().group.into()
    }

    fn version(of: &Watched) -> Cow<'_, str> {
        of.version.into()
    }

    fn plural(of: &Watched) -> Cow<'_, str> {
        of.kind.served().plural.into()
    }

    fn meta(&self) -> &ObjectMeta {
        &self.meta
    }

    fn meta_mut(&mut self) -> &mut ObjectMeta {
        &mut self.meta
    }
}

#[cfg(test)]
mod tests {
    use kube::core::WatchEvent;

    use super::*;

    #[test]
    fn a_watch_event_keeps_the_objects_text() {
        let line = r#"{"type":"ADDED","object":{"metadata":{"name":"a","resourceVersion":"7"},"spec": {"x": [1]}}}"#;
        let event: WatchEvent<Observed> = serde_json::from_str(line).unwrap();
        let WatchEvent::Added(object) = event else {
            panic!("not added");
        };
        assert_eq!(object.meta().resource_version.as_deref(), Some("7"));
        assert_eq!(
            object.json(),
            r#"{"metadata":{"name":"a","resourceVersion":"7"},"spec": {"x": [1]}}"#
        );
        assert!(!format!("{object:?}").contains("spec"));
    }

    #[test]
    fn a_page_keeps_each_objects_text() {
        let page = r#"{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"9"},"items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"},"spec":"odd"}]}"#;
        let list: kube::core::ObjectList<Observed> = serde_json::from_str(page).unwrap();
        assert_eq!(list.items.len(), 2);
        assert_eq!(
            list.items[1].json(),
            r#"{"metadata":{"name":"b"},"spec":"odd"}"#
        );
    }
}
