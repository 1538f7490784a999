//! Who is to be judged anew, and by which of its checks.

use std::collections::BTreeMap;

use assay_checks::Check;
use assay_inventory::{Relations, Subject};

/// What of a subject is to be judged anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Due {
    /// Every check: it changed itself, or its time has come.
    Whole,
    /// Only the checks that read these relations: the subject itself did not change.
    Reading(Relations),
}

impl Due {
    /// Whether a check is to judge.
    pub(crate) fn concerns(self, check: &Check) -> bool {
        match self {
            Self::Whole => true,
            Self::Reading(relations) => check.rule.read_set.overlaps(relations),
        }
    }

    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Reading(some), Self::Reading(more)) => Self::Reading(some.and(more)),
            _ => Self::Whole,
        }
    }
}

/// Subjects that are marked to be judged.
#[derive(Debug, Default)]
pub(crate) struct Marked(BTreeMap<Subject, Due>);

impl Marked {
    /// Marks a subject, beside what it is marked for already.
    pub(crate) fn mark(&mut self, subject: Subject, due: Due) {
        let marked = self.0.entry(subject).or_insert(due);
        *marked = marked.and(due);
    }

    /// The next one, in order.
    pub(crate) fn pop(&mut self) -> Option<(Subject, Due)> {
        self.0.pop_first()
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Extend<Subject> for Marked {
    /// Marks all of them whole.
    fn extend<T: IntoIterator<Item = Subject>>(&mut self, subjects: T) {
        for subject in subjects {
            self.mark(subject, Due::Whole);
        }
    }
}
