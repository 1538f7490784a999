//! Namespaces.

use serde::Deserialize;

use super::Meta;
use super::meta::RawMeta;
use crate::view::object::objects_or_null;

objects_or_null!(RawNamespace);

/// A Namespace: its labels carry Pod Security levels and PCI scope.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Namespace {
    /// Metadata.
    pub meta: Meta,
    /// Being deleted: it takes no new objects, and nothing should be written into it.
    pub terminating: bool,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default)]
pub(crate) struct RawNamespace {
    metadata: RawMeta,
}

impl From<RawNamespace> for Namespace {
    fn from(raw: RawNamespace) -> Self {
        let terminating = raw.metadata.deletion_timestamp.is_some();
        Self {
            meta: raw.metadata.into_meta(),
            terminating,
        }
    }
}
