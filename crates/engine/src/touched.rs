//! What changed, for those who render and those who follow.

use std::collections::BTreeSet;

use assay_inventory::Subject;
use assay_inventory::view::Text;

use crate::Outcome;

/// One check for one subject changed its outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// The check.
    pub check: &'static str,
    /// The subject.
    pub subject: Subject,
    /// What it was; `None` if the subject is new.
    pub from: Option<Outcome>,
    /// What it is; `None` if the subject is gone.
    pub to: Option<Outcome>,
    /// Whether this is when it changed: false where what it was before could not be seen.
    pub witnessed: bool,
}

/// What changed since it was last taken, for those who render.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Touched {
    /// Sections whose verdicts, counts or findings may differ.
    pub sections: BTreeSet<u8>,
    /// Namespaces whose findings may differ; `None` stands for cluster-scoped subjects.
    pub namespaces: BTreeSet<Option<Text>>,
    /// Transitions from or to Fail and Unknown, in the order they were found.
    pub transitions: Vec<Transition>,
}

impl Touched {
    /// Every section may differ.
    pub(crate) fn touch_sections(&mut self) {
        let sections = assay_catalog::sections().iter();
        self.sections.extend(sections.map(|section| section.number));
    }
}
