//! What is kept of an object's metadata.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{Pairs, Text};
use crate::view::object::{null_as_default, objects_or_null};

objects_or_null!(RawMeta, RawOwner, RawManaged);

/// Metadata of an object, slimmed to what checks, owners and findings need.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Meta {
    /// Namespace; empty for cluster-scoped objects.
    pub namespace: Text,
    /// Name.
    pub name: Text,
    /// Server-given identity of this incarnation; empty in manifests.
    pub uid: Text,
    /// Labels, shared between objects that carry the same.
    pub labels: Arc<Labels>,
    /// The owner with `controller: true`, if any.
    pub owner: Option<Arc<OwnerRef>>,
    /// `metadata.creationTimestamp`, server clock; absent in manifests.
    pub created: Option<DateTime<Utc>>,
    /// Who wrote it last, by `managedFields`; writes of status alone do not count.
    pub changed_by: Option<ChangedBy>,
}

/// A reference to the controlling owner.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OwnerRef {
    /// `apiVersion` of the owner.
    pub api_version: Text,
    /// Kind of the owner.
    pub kind: Text,
    /// Name of the owner, in the namespace of the owned object or cluster-scoped.
    pub name: Text,
    /// Incarnation of the owner.
    pub uid: Text,
}

/// The newest entry of `managedFields` that is not about a subresource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChangedBy {
    /// Field manager, e.g. `kubectl-edit`, `argocd-controller`.
    pub manager: Text,
    /// Server time of that write, to the second.
    pub time: DateTime<Utc>,
}

/// Labels, by key.
pub type Labels = Pairs;

/// `metadata` as the API spells it, borrowed from the bytes where possible.
#[derive(Deserialize, Default)]
#[serde(remote = "Self", default, rename_all = "camelCase")]
pub(crate) struct RawMeta {
    namespace: Option<Text>,
    name: Option<Text>,
    uid: Option<Text>,
    labels: Option<std::collections::BTreeMap<Text, Text>>,
    pub(crate) annotations: Option<std::collections::BTreeMap<Text, Text>>,
    owner_references: Option<Vec<RawOwner>>,
    creation_timestamp: Option<DateTime<Utc>>,
    pub(crate) deletion_timestamp: Option<DateTime<Utc>>,
    pub(crate) generation: Option<i64>,
    managed_fields: Option<Vec<RawManaged>>,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default, rename_all = "camelCase")]
struct RawOwner {
    #[serde(deserialize_with = "null_as_default")]
    api_version: Text,
    #[serde(deserialize_with = "null_as_default")]
    kind: Text,
    #[serde(deserialize_with = "null_as_default")]
    name: Text,
    #[serde(deserialize_with = "null_as_default")]
    uid: Text,
    controller: Option<bool>,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default)]
struct RawManaged {
    manager: Option<Text>,
    time: Option<DateTime<Utc>>,
    subresource: Option<Text>,
}

impl RawMeta {
    pub(crate) fn annotation(&self, key: &str) -> Option<&Text> {
        self.annotations
            .as_ref()
            .and_then(|annotations| annotations.get(key))
    }

    pub(crate) fn into_meta(self) -> Meta {
        let owner = self
            .owner_references
            .into_iter()
            .flatten()
            .find(|owner| owner.controller == Some(true))
            .map(|owner| {
                Arc::new(OwnerRef {
                    api_version: owner.api_version,
                    kind: owner.kind,
                    name: owner.name,
                    uid: owner.uid,
                })
            });
        let changed_by = self
            .managed_fields
            .into_iter()
            .flatten()
            .filter(|entry| entry.subresource.as_deref().unwrap_or_default().is_empty())
            .filter_map(|entry| {
                Some(ChangedBy {
                    manager: entry.manager?,
                    time: entry.time?,
                })
            })
            .max_by(|a, b| a.time.cmp(&b.time).then_with(|| a.manager.cmp(&b.manager)));
        Meta {
            namespace: self.namespace.unwrap_or_default(),
            name: self.name.unwrap_or_default(),
            uid: self.uid.unwrap_or_default(),
            labels: Arc::new(self.labels.into_iter().flatten().collect()),
            owner,
            created: self.creation_timestamp,
            changed_by,
        }
    }
}
