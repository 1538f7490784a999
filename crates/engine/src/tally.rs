//! Counting: outcomes by check, kept up to date one transition at a time.

use std::collections::BTreeMap;

use assay_checks::Severity;
use assay_inventory::{Blind, Reason};

use crate::Outcome;

/// How many subjects a check judged, by outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Shown to hold.
    pub passed: u32,
    /// Violated and open.
    pub failed: u32,
    /// Violated and accepted by an exception.
    pub excepted: u32,
    /// Not to be told.
    pub unknown: u32,
    /// The check does not apply.
    pub not_applicable: u32,
}

impl Counts {
    /// `passed + failed + excepted + unknown + notApplicable`.
    #[must_use]
    pub const fn evaluated(&self) -> u32 {
        self.passed + self.failed + self.excepted + self.unknown + self.not_applicable
    }
}

/// Open findings by severity, advisories apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FindingCounts {
    /// Requirements of severity Critical.
    pub critical: u32,
    /// Requirements of severity High.
    pub high: u32,
    /// Requirements of severity Medium.
    pub medium: u32,
    /// Requirements of severity Low.
    pub low: u32,
    /// Advisories of any severity.
    pub advisory: u32,
    /// Findings an exception accepts.
    pub excepted: u32,
    /// Requirements inside the cardholder data environment.
    pub cde: u32,
}

impl FindingCounts {
    pub(crate) fn add(&mut self, severity: Severity, advisory: bool, cde: bool) {
        if advisory {
            self.advisory += 1;
            return;
        }
        match severity {
            Severity::Critical => self.critical += 1,
            Severity::High => self.high += 1,
            Severity::Medium => self.medium += 1,
            Severity::Low => self.low += 1,
        }
        if cde {
            self.cde += 1;
        }
    }

    /// The sum of two counts.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            critical: self.critical + other.critical,
            high: self.high + other.high,
            medium: self.medium + other.medium,
            low: self.low + other.low,
            advisory: self.advisory + other.advisory,
            excepted: self.excepted + other.excepted,
            cde: self.cde + other.cde,
        }
    }
}

/// Outcomes of one check.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Tally {
    pub(crate) counts: Counts,
    /// Why subjects are unknown, so that the report can name a reason.
    unknown: BTreeMap<(Reason, assay_inventory::view::Text), u32>,
}

impl Tally {
    pub(crate) fn count(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Pass => self.counts.passed += 1,
            Outcome::NotApplicable(_) => self.counts.not_applicable += 1,
            Outcome::Fail(_) => self.counts.failed += 1,
            Outcome::Unknown(blind) => {
                self.counts.unknown += 1;
                *self
                    .unknown
                    .entry((blind.reason, blind.message.clone()))
                    .or_default() += 1;
            }
        }
    }

    pub(crate) fn uncount(&mut self, outcome: &Outcome) {
        let less = |count: &mut u32| *count = count.saturating_sub(1);
        match outcome {
            Outcome::Pass => less(&mut self.counts.passed),
            Outcome::NotApplicable(_) => less(&mut self.counts.not_applicable),
            Outcome::Fail(_) => less(&mut self.counts.failed),
            Outcome::Unknown(blind) => {
                less(&mut self.counts.unknown);
                let key = (blind.reason, blind.message.clone());
                if let Some(count) = self.unknown.get_mut(&key) {
                    less(count);
                    if *count == 0 {
                        self.unknown.remove(&key);
                    }
                }
            }
        }
    }

    /// The gravest reason for not knowing.
    pub(crate) fn blind(&self) -> Option<Blind> {
        self.unknown
            .keys()
            .next()
            .map(|(reason, message)| Blind::new(*reason, message.clone()))
    }
}
