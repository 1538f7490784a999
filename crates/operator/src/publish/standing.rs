//! What stands in the cluster, as far as a writer has to know it: of an answer that repeats everything we sent, a few words are
//! kept. Decoded to a tree of values, a report would take ten times its size for as long as its request lasts.

use std::borrow::Cow;

use kube::Resource;
use kube::api::{ApiResource, ObjectMeta};
use kube::core::DynamicResourceScope;
use serde::Deserialize;
use serde_json::value::RawValue;

/// An object of ours.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Standing {
    pub(super) metadata: ObjectMeta,
    #[serde(default)]
    status: Option<Status>,
}

#[derive(Debug, Clone, Deserialize)]
struct Status {
    #[serde(default)]
    epoch: Option<i64>,
    #[serde(default)]
    conditions: Vec<Condition>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Condition {
    r#type: String,
    status: String,
    last_transition_time: Option<Box<RawValue>>,
}

/// How `Ready` stands.
#[derive(Debug, Clone)]
pub(super) struct Ready {
    /// `True`, `False` or `Unknown`.
    pub(super) status: String,
    /// Since when, as JSON.
    pub(super) since: Box<RawValue>,
}

impl Standing {
    /// The epoch in which it was written.
    pub(super) fn epoch(&self) -> Option<i64> {
        self.status.as_ref()?.epoch
    }

    /// How `Ready` stands, if anybody has said so.
    pub(super) fn ready(&self) -> Option<Ready> {
        let mut conditions = self.status.iter().flat_map(|status| &status.conditions);
        let ready = conditions.find(|condition| condition.r#type == "Ready")?;
        Some(Ready {
            status: ready.status.clone(),
            since: ready.last_transition_time.clone()?,
        })
    }
}

/// One that was just created, and has no status.
impl From<ObjectMeta> for Standing {
    fn from(metadata: ObjectMeta) -> Self {
        Self {
            metadata,
            status: None,
        }
    }
}

impl Resource for Standing {
    type DynamicType = ApiResource;
    type Scope = DynamicResourceScope;

    fn kind(resource: &ApiResource) -> Cow<'_, str> {
        resource.kind.as_str().into()
    }

    fn group(resource: &ApiResource) -> Cow<'_, str> {
        resource.group.as_str().into()
    }

    fn version(resource: &ApiResource) -> Cow<'_, str> {
        resource.version.as_str().into()
    }

    fn plural(resource: &ApiResource) -> Cow<'_, str> {
        resource.plural.as_str().into()
    }

    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }

    fn meta_mut(&mut self) -> &mut ObjectMeta {
        &mut self.metadata
    }
}
