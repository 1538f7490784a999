//! What a scan looks at, wherever it came from.

use std::collections::BTreeMap;

use assay_inventory::{Inventory, Kind, ObjectKey, Subject};
use assay_report::{Cluster, NotJudged, Unread};

use crate::manifest::Origin;

/// What a scan looks at.
pub(crate) struct World {
    /// All that could be read.
    pub(crate) inventory: Inventory,
    /// The cluster it is of; empty for manifests.
    pub(crate) cluster: Cluster,
    /// Objects of kinds that no check reads.
    pub(crate) not_judged: Vec<NotJudged>,
    /// What could not be read at all.
    pub(crate) unread: Vec<Unread>,
    /// Where objects stand.
    pub(crate) places: Places,
    /// Whether something could not be read, wholly or in part; it has been said on standard error.
    pub(crate) trouble: bool,
}

/// Where objects stand.
#[derive(Debug, Default)]
pub(crate) struct Places(BTreeMap<(Kind, ObjectKey), Origin>);

impl FromIterator<((Kind, ObjectKey), Origin)> for Places {
    fn from_iter<I: IntoIterator<Item = ((Kind, ObjectKey), Origin)>>(objects: I) -> Self {
        Self(objects.into_iter().collect())
    }
}

impl Places {
    /// Where a subject's own object stands, as editors and terminals take it: `file:line`.
    pub(crate) fn of(&self, subject: &Subject) -> Option<String> {
        let (kind, key) = object_of(subject)?;
        let origin = self.0.get(&(kind, key))?;
        Some(match origin.line {
            0 => origin.file.to_string(),
            line => format!("{}:{line}", origin.file),
        })
    }
}

/// The object that a subject is.
fn object_of(subject: &Subject) -> Option<(Kind, ObjectKey)> {
    let (api_version, kind) = subject.api();
    let kind = Kind::named(&api_version, &kind)?;
    let namespace = subject.namespace().cloned().unwrap_or_default();
    let namespace = if kind.served().namespaced {
        namespace
    } else {
        // A Namespace is its own to the engine.
        "".into()
    };
    Some((kind, ObjectKey::new(namespace, subject.name())))
}
