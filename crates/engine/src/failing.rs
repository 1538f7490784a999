//! Who fails which check, for those who render a check or a namespace.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use assay_inventory::Subject;
use assay_inventory::view::Text;

use crate::engine::Place;

/// Subjects that fail, by check (its kind of subject, and its place among the checks of that) and by namespace.
#[derive(Debug, Default)]
pub(crate) struct Failing {
    by_check: BTreeMap<Place, BTreeSet<Arc<Subject>>>,
    by_namespace: BTreeMap<Option<Text>, BTreeSet<(&'static str, Arc<Subject>)>>,
}

impl Failing {
    /// Notes whether a subject fails a check.
    pub(crate) fn set(
        &mut self,
        place: Place,
        check: &'static str,
        subject: &Arc<Subject>,
        fails: bool,
    ) {
        let namespace = subject.namespace().cloned();
        let of_check = self.by_check.entry(place).or_default();
        if fails {
            of_check.insert(Arc::clone(subject));
            let here = self.by_namespace.entry(namespace).or_default();
            here.insert((check, Arc::clone(subject)));
        } else if of_check.remove(subject)
            && let Some(here) = self.by_namespace.get_mut(&namespace)
        {
            here.remove(&(check, Arc::clone(subject)));
            if here.is_empty() {
                self.by_namespace.remove(&namespace);
            }
        }
    }

    /// Who fails the check.
    pub(crate) fn of(&self, place: Place) -> impl Iterator<Item = &Subject> {
        let failing = self.by_check.get(&place).into_iter().flatten();
        failing.map(Arc::as_ref)
    }

    /// Who of a namespace, or of what belongs to none, fails what.
    pub(crate) fn within(
        &self,
        namespace: Option<&Text>,
    ) -> impl Iterator<Item = (&'static str, &Subject)> {
        let here = self.by_namespace.get(&namespace.cloned());
        let here = here.into_iter().flatten();
        here.map(|(check, subject)| (*check, subject.as_ref()))
    }

    /// Namespaces in which something fails.
    pub(crate) fn into_namespaces(self) -> impl Iterator<Item = Option<Text>> {
        self.by_namespace.into_keys()
    }
}
