//! What is found: outcomes and open findings, as those who render ask for them.

use assay_checks::{Check, CheckKind, Severity, Violation};
use assay_inventory::view::Text;
use assay_inventory::{Inventory, Subject};

use crate::{Engine, FindingCounts, Outcome, ScopeClass};

/// An open finding.
#[derive(Debug, Clone, Copy)]
pub struct Finding<'a> {
    /// The check that fails.
    pub check: &'static Check,
    /// The subject that fails it.
    pub subject: &'a Subject,
    /// What is wrong.
    pub violation: &'a Violation,
    /// Its severity, the profile's word included.
    pub severity: Severity,
}

impl Engine {
    /// Severity of a violation: the profile's word, else the finding's own, else the check's.
    fn severity(&self, check: &Check, violation: &Violation) -> Severity {
        self.profile
            .checks
            .get(check.meta.id)
            .and_then(|setting| setting.severity)
            .or(violation.severity)
            .unwrap_or(check.meta.severity)
    }

    /// Outcome of a check for a subject.
    #[must_use]
    pub fn outcome(&self, check: &str, subject: &Subject) -> Option<&Outcome> {
        let checks = self.checks.get(&subject.kind())?;
        let at = checks
            .iter()
            .position(|candidate| candidate.meta.id == check)?;
        self.outcomes.get(subject)?.outcomes.get(at)
    }

    /// Every outcome, by subject and check.
    pub fn outcomes(&self) -> impl Iterator<Item = (&Subject, &'static Check, &Outcome)> {
        let mut all: Vec<_> = self.outcomes.iter().collect();
        all.sort_unstable_by_key(|(subject, _)| *subject);
        all.into_iter().flat_map(|(subject, judged)| {
            let checks = self
                .checks
                .get(&subject.kind())
                .into_iter()
                .flat_map(|checks| checks.iter());
            checks
                .zip(judged.outcomes.iter())
                .map(move |(check, outcome)| (subject.as_ref(), *check, outcome))
        })
    }

    /// Open findings of a check, by subject.
    pub fn findings(&self, check: &'static Check) -> impl Iterator<Item = Finding<'_>> {
        let place = self.place(check).into_iter();
        let failing = place.flat_map(|place| self.failing.of(place));
        failing.filter_map(move |subject| self.finding(check, subject))
    }

    fn finding<'a>(&'a self, check: &'static Check, subject: &'a Subject) -> Option<Finding<'a>> {
        match self.outcome(check.meta.id, subject)? {
            Outcome::Fail(violation) => Some(Finding {
                check,
                subject,
                violation,
                severity: self.severity(check, violation),
            }),
            _ => None,
        }
    }

    /// Open findings of one namespace's subjects, or of the cluster-scoped ones, by check and subject.
    pub fn findings_in(&self, namespace: Option<&Text>) -> impl Iterator<Item = Finding<'_>> {
        let here = self.failing.within(namespace);
        here.filter_map(|(id, subject)| {
            let check = assay_checks::find(id)?;
            self.finding(check, subject)
        })
    }

    /// Open findings of a check, counted.
    #[must_use]
    pub fn finding_counts(&self, check: &'static Check, inventory: &Inventory) -> FindingCounts {
        let mut counts = FindingCounts::default();
        let advisory = check.meta.kind == CheckKind::Advisory;
        for finding in self.findings(check) {
            let cde = self.is_cde(finding.subject, inventory);
            counts.add(finding.severity, advisory, cde);
        }
        counts
    }

    /// Whether a subject is inside the cardholder data environment.
    #[must_use]
    pub fn is_cde(&self, subject: &Subject, inventory: &Inventory) -> bool {
        self.profile.scope.is_declared()
            && self.profile.scope.class(subject, inventory) == ScopeClass::Cde
    }
}
