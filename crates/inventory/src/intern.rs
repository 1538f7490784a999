//! Interning: equal values are kept once.

use std::collections::HashSet;
use std::hash::Hash;
use std::sync::Arc;

use crate::ObjectKey;
use crate::view::{Labels, Meta, OwnerRef, PodSpec, RuntimeUser};

/// What objects have in common, kept once for all of them.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    pub(crate) specs: Interner<PodSpec>,
    pub(crate) users: Interner<Vec<RuntimeUser>>,
    /// Names that many objects carry: of namespaces, nodes and field managers.
    pub(crate) names: Interner<str>,
    labels: Interner<Labels>,
    owners: Interner<OwnerRef>,
}

impl Shared {
    /// Shares what metadata has in common with others, and its names with the key of its row.
    pub(crate) fn meta(&mut self, meta: &mut Meta, key: &ObjectKey) {
        if meta.namespace == key.namespace {
            meta.namespace = Arc::clone(&key.namespace);
        }
        if meta.name == key.name {
            meta.name = Arc::clone(&key.name);
        }
        meta.labels = self.labels.share(Arc::clone(&meta.labels));
        if let Some(owner) = &mut meta.owner {
            *owner = self.owners.share(Arc::clone(owner));
        }
        if let Some(changed) = &mut meta.changed_by {
            changed.manager = self.names.share(Arc::clone(&changed.manager));
        }
    }
}

/// Shares equal values. Those that nobody else holds any more are let go in time.
#[derive(Debug)]
pub struct Interner<T: ?Sized> {
    known: HashSet<Arc<T>>,
    sweep_at: usize,
}

impl<T: ?Sized + Eq + Hash> Default for Interner<T> {
    fn default() -> Self {
        Self {
            known: HashSet::new(),
            sweep_at: 1024,
        }
    }
}

impl<T: ?Sized + Eq + Hash> Interner<T> {
    /// The one copy equal to `value`.
    pub fn share(&mut self, value: Arc<T>) -> Arc<T> {
        if let Some(known) = self.known.get(&value) {
            return Arc::clone(known);
        }
        self.keep(Arc::clone(&value));
        value
    }

    /// The same of a value that lies elsewhere, which is copied only if none equals it.
    pub fn share_copy(&mut self, value: &T) -> Arc<T>
    where
        for<'a> Arc<T>: From<&'a T>,
    {
        if let Some(known) = self.known.get(value) {
            return Arc::clone(known);
        }
        let value = Arc::from(value);
        self.keep(Arc::clone(&value));
        value
    }

    fn keep(&mut self, value: Arc<T>) {
        if self.known.len() >= self.sweep_at {
            // Amortised: the set at least doubles between two sweeps.
            self.known.retain(|known| Arc::strong_count(known) > 1);
            self.sweep_at = (self.known.len() * 2).max(1024);
        }
        self.known.insert(value);
    }
}
