//! Verdicts: what the outcomes of checks make of a control, and controls of a section.

use std::fmt;

use assay_catalog::{Control, Section};
use assay_checks::{Check, CheckKind, Severity};
use assay_inventory::{Blind, Inventory, Reason};

use crate::decide::{SEGMENTATION, basis, decide, missing};
use crate::{Counts, Engine, FindingCounts};

/// Verdict of a control, a section or a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// A requirement has an open finding.
    NotMet,
    /// A requirement is unknown for some subject, and not only since the provider hides it; or switched off, or not judged yet.
    Unknown,
    /// A part needs a person's statement and has none, or the provider alone can tell.
    NeedsEvidence,
    /// Nothing of it applies.
    NotApplicable,
    /// Everything that applies was shown to hold.
    Met,
}

impl Verdict {
    /// As reports write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotMet => "NotMet",
            Self::Unknown => "Unknown",
            Self::NeedsEvidence => "NeedsEvidence",
            Self::NotApplicable => "NotApplicable",
            Self::Met => "Met",
        }
    }

    /// The worst of several: what is not applicable gives way to what is met.
    #[must_use]
    pub fn worst(all: impl Iterator<Item = Self>) -> Self {
        let rank = |verdict: &Self| match verdict {
            Self::NotMet => 0,
            Self::Unknown => 1,
            Self::NeedsEvidence => 2,
            Self::Met => 3,
            Self::NotApplicable => 4,
        };
        all.min_by_key(rank).unwrap_or(Self::NotApplicable)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a verdict rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// What was observed in the cluster.
    Observed,
    /// A person's statement.
    Stated,
    /// Both.
    Mixed,
}

impl Basis {
    /// As reports write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Observed => "Observed",
            Self::Stated => "Stated",
            Self::Mixed => "Mixed",
        }
    }
}

/// What a check comes to over all its subjects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CheckStatus {
    /// Some subject fails.
    Fail,
    /// None fails, some cannot be told.
    Unknown,
    /// All to which it applies pass.
    Pass,
    /// It applies to none.
    NotApplicable,
}

impl CheckStatus {
    /// As reports write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fail => "Fail",
            Self::Unknown => "Unknown",
            Self::Pass => "Pass",
            Self::NotApplicable => "NotApplicable",
        }
    }
}

/// A check's row in a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckState {
    /// Id of the check.
    pub id: &'static str,
    /// Version of the check.
    pub version: u32,
    /// Kind of the check.
    pub kind: CheckKind,
    /// Severity, the profile's word included.
    pub severity: Severity,
    /// Status.
    pub status: CheckStatus,
    /// Subjects by outcome.
    pub counts: Counts,
    /// Why subjects are unknown, the gravest reason first.
    pub blind: Option<Blind>,
}

/// A control's row in a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlState {
    /// The control.
    pub control: &'static Control,
    /// Verdict.
    pub verdict: Verdict,
    /// What the verdict rests on.
    pub basis: Basis,
    /// Why it is unknown or needs evidence, with what to do; who vouches for it, where somebody does.
    pub why: Option<(&'static str, String)>,
    /// Ids of its parts that need a statement and have none that counts.
    pub to_state: Vec<&'static str>,
    /// Its checks, by id.
    pub checks: Vec<CheckState>,
    /// Open findings.
    pub findings: FindingCounts,
}

/// Controls of a section or profile, by verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ControlCounts {
    /// Met.
    pub met: u32,
    /// Not met.
    pub not_met: u32,
    /// Unknown.
    pub unknown: u32,
    /// In need of a statement.
    pub needs_evidence: u32,
    /// Not applicable.
    pub not_applicable: u32,
}

impl ControlCounts {
    fn add(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Met => self.met += 1,
            Verdict::NotMet => self.not_met += 1,
            Verdict::Unknown => self.unknown += 1,
            Verdict::NeedsEvidence => self.needs_evidence += 1,
            Verdict::NotApplicable => self.not_applicable += 1,
        }
    }

    /// The sum of two counts.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            met: self.met + other.met,
            not_met: self.not_met + other.not_met,
            unknown: self.unknown + other.unknown,
            needs_evidence: self.needs_evidence + other.needs_evidence,
            not_applicable: self.not_applicable + other.not_applicable,
        }
    }
}

impl fmt::Display for ControlCounts {
    /// Met of the applicable: `1/3`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let applicable = self.met + self.not_met + self.unknown + self.needs_evidence;
        write!(f, "{}/{applicable}", self.met)
    }
}

/// A section's report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionState {
    /// The section.
    pub section: &'static Section,
    /// Verdict: the worst of its controls'.
    pub verdict: Verdict,
    /// Its controls.
    pub controls: Vec<ControlState>,
    /// Controls by verdict.
    pub counts: ControlCounts,
    /// Open findings.
    pub findings: FindingCounts,
}

impl Engine {
    /// The verdicts of one section.
    #[must_use]
    pub fn section(&self, section: &'static Section, inventory: &Inventory) -> SectionState {
        let controls: Vec<ControlState> = section
            .controls
            .iter()
            .map(|control| self.control(control, inventory))
            .collect();
        let mut counts = ControlCounts::default();
        let mut findings = FindingCounts::default();
        for control in &controls {
            counts.add(control.verdict);
            findings = findings.plus(control.findings);
        }
        SectionState {
            section,
            verdict: Verdict::worst(controls.iter().map(|control| control.verdict)),
            controls,
            counts,
            findings,
        }
    }

    /// The verdicts of all sections, and the profile's.
    #[must_use]
    pub fn sections(&self, inventory: &Inventory) -> (Verdict, Vec<SectionState>) {
        let sections: Vec<SectionState> = assay_catalog::sections()
            .iter()
            .map(|section| self.section(section, inventory))
            .collect();
        let verdict = Verdict::worst(sections.iter().map(|section| section.verdict));
        (verdict, sections)
    }

    fn control(&self, control: &'static Control, inventory: &Inventory) -> ControlState {
        let of_control = || {
            let all = assay_checks::all().iter().copied();
            all.filter(|check| check.meta.control == control.id)
        };
        let checks: Vec<CheckState> = of_control().map(|check| self.check(check)).collect();
        let findings = of_control()
            .map(|check| self.finding_counts(check, inventory))
            .fold(FindingCounts::default(), FindingCounts::plus);
        let stated = self.statements();
        let (verdict, why) = decide(control, &checks, self.scope_undeclared(control), stated);
        ControlState {
            control,
            verdict,
            basis: basis(control, verdict, &checks, stated),
            why,
            to_state: missing(control, stated).map(|part| part.id).collect(),
            checks,
            findings,
        }
    }

    /// Why nothing can be said of segmentation: nobody said what is to be kept apart.
    fn scope_undeclared(&self, control: &Control) -> Option<String> {
        let profile = self.profile();
        (control.id.section() == SEGMENTATION && !profile.scope.is_declared()).then(|| {
            format!(
                "spec.scope.cde of ComplianceProfile {} lists no namespace and no node; list there what stores, \
                 processes or transmits cardholder data",
                profile.name
            )
        })
    }

    fn check(&self, check: &'static Check) -> CheckState {
        let meta = &check.meta;
        let setting = self.profile().checks.get(meta.id);
        let severity = setting
            .and_then(|setting| setting.severity)
            .unwrap_or(meta.severity);
        if let Some(reason) = setting.and_then(|setting| setting.disabled.as_ref()) {
            return CheckState {
                id: meta.id,
                version: meta.version,
                kind: meta.kind,
                severity,
                status: CheckStatus::Unknown,
                counts: Counts::default(),
                blind: Some(Blind::new(
                    Reason::DisabledByProfile,
                    format!("switched off by the profile: {reason}"),
                )),
            };
        }
        let tally = self.tally(check);
        let mut counts = tally.map(|tally| tally.counts).unwrap_or_default();
        let mut blind = tally.and_then(crate::tally::Tally::blind);
        for kind in check.rule.judge.subject_kind().kinds() {
            if let Some(unseen) = self.blind.get(kind) {
                // Subjects nobody knows of are one subject that cannot be told.
                counts.unknown += 1;
                blind = Some(match blind {
                    Some(known) if known.reason <= unseen.reason => known,
                    _ => unseen.clone(),
                });
            }
        }
        let status = if counts.failed > 0 {
            CheckStatus::Fail
        } else if counts.unknown > 0 {
            CheckStatus::Unknown
        } else if counts.passed + counts.excepted > 0 {
            CheckStatus::Pass
        } else {
            CheckStatus::NotApplicable
        };
        CheckState {
            id: meta.id,
            version: meta.version,
            kind: meta.kind,
            severity,
            status,
            counts,
            blind,
        }
    }
}
