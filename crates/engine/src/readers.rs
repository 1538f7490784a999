//! Who read which values of relations when it was last judged: whom a change of them concerns.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use assay_inventory::{RelationKey, Subject};

/// Subjects by what they read. Keys and subjects are kept once and shared; keys are found by hash, as outcomes are.
#[derive(Debug, Default)]
pub(crate) struct Readers(HashMap<Arc<RelationKey>, BTreeSet<Arc<Subject>>>);

impl Readers {
    /// Who read this value.
    pub(crate) fn of(&self, key: &RelationKey) -> impl Iterator<Item = &Subject> {
        self.0.get(key).into_iter().flatten().map(Arc::as_ref)
    }

    /// Notes what a subject read; the keys as they are kept here.
    pub(crate) fn note(
        &mut self,
        subject: &Arc<Subject>,
        keys: BTreeSet<RelationKey>,
    ) -> Box<[Arc<RelationKey>]> {
        let keys = keys.into_iter().map(|key| {
            let known = self.0.get_key_value(&key);
            let key = known.map_or_else(|| Arc::new(key), |(known, _)| Arc::clone(known));
            let readers = self.0.entry(Arc::clone(&key)).or_default();
            readers.insert(Arc::clone(subject));
            key
        });
        keys.collect()
    }

    /// Forgets it again.
    pub(crate) fn forget(&mut self, subject: &Arc<Subject>, reads: &[Arc<RelationKey>]) {
        for key in reads {
            if let Some(readers) = self.0.get_mut(key) {
                readers.remove(subject);
                if readers.is_empty() {
                    self.0.remove(key);
                }
            }
        }
    }
}
