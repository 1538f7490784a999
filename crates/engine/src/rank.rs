//! The order of findings: which one to look at first.

use std::cmp::Ordering;

use assay_checks::{Check, CheckKind, Severity};
use assay_inventory::{Inventory, Subject};

use crate::Engine;

/// Where a finding stands among others: the least is the worst. Requirements come before advisories, what is inside the
/// cardholder data environment before what is not, then the severer; the rest keeps the order stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank<'a> {
    kind: CheckKind,
    is_outside_cde: bool,
    severity: Severity,
    check: &'static str,
    subject: &'a Subject,
}

impl Rank<'_> {
    /// By what matters alone, not by name.
    pub(crate) fn cmp_urgency(&self, other: &Self) -> Ordering {
        let matters = |rank: &Self| (rank.kind, rank.is_outside_cde, rank.severity);
        matters(self).cmp(&matters(other))
    }
}

impl Engine {
    /// Where a finding of this severity stands, or stood when it was last seen.
    #[must_use]
    pub fn rank<'a>(
        &self,
        check: &'static Check,
        subject: &'a Subject,
        severity: Severity,
        inventory: &Inventory,
    ) -> Rank<'a> {
        Rank {
            kind: check.meta.kind,
            is_outside_cde: !self.is_cde(subject, inventory),
            severity,
            check: check.meta.id,
            subject,
        }
    }
}
