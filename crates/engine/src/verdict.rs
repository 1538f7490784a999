//! Verdicts: what the outcomes of checks make of a control, and controls of a section.

use std::fmt;

use assay_catalog::{Control, PROVIDER_PART, Section, StatementPart};
use assay_checks::{Check, CheckKind, Severity};
use assay_inventory::{Blind, Inventory, Reason};

use crate::{Counts, Engine, FindingCounts, Statements};

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

/// The section that asks whether the cardholder data environment is kept apart from the rest.
const SEGMENTATION: u8 = 16;

/// The verdict of a control from its checks, in the order of the contract, and why where that needs saying.
fn decide(
    control: &'static Control,
    checks: &[CheckState],
    scope_undeclared: Option<String>,
    stated: &Statements,
) -> (Verdict, Option<(&'static str, String)>) {
    let requirements = || {
        checks
            .iter()
            .filter(|check| check.kind == CheckKind::Requirement)
    };
    let failing: Vec<&str> = requirements()
        .filter(|check| check.status == CheckStatus::Fail)
        .map(|check| check.id)
        .collect();
    if !failing.is_empty() {
        let why = format!("open findings of {}", failing.join(", "));
        return (Verdict::NotMet, Some(("OpenFindings", why)));
    }
    if let Some(why) = scope_undeclared {
        let reason = Reason::ScopeNotDeclared.as_str();
        return (Verdict::Unknown, Some((reason, why)));
    }
    let hidden = |check: &CheckState| {
        let reason = check.blind.as_ref().map(|blind| blind.reason);
        check.status == CheckStatus::Unknown && reason == Some(Reason::ProviderHidden)
    };
    let unseen = |check: &&CheckState| check.status == CheckStatus::Unknown && !hidden(check);
    if let Some(check) = requirements().find(unseen) {
        let (reason, message) = check.blind.as_ref().map_or_else(
            || (Reason::FirstPass, "not judged yet".to_owned()),
            |blind| (blind.reason, blind.message.to_string()),
        );
        let why = format!("{}: {message}", check.id);
        return (Verdict::Unknown, Some((reason.as_str(), why)));
    }
    if requirements().next().is_none() {
        let why = "no requirement of this version of Assay judges it".to_owned();
        return (Verdict::Unknown, Some((Reason::NotYetJudged.as_str(), why)));
    }
    if let Some(parts) = assay_checks::pending(control.id) {
        let why = format!("this version of Assay does not judge yet: {parts}");
        return (Verdict::Unknown, Some((Reason::NotYetJudged.as_str(), why)));
    }
    // What the provider alone can tell is asked for like any other statement.
    if let Some(blind) = requirements()
        .filter(|check| hidden(check))
        .find_map(|check| check.blind.as_ref())
    {
        if stated.blind.is_none() && stated.on(control.id, &PROVIDER_PART).is_none() {
            let why = (Reason::ProviderHidden.as_str(), blind.message.to_string());
            return (Verdict::NeedsEvidence, Some(why));
        }
        if let Some(blind) = &stated.blind {
            let why = Some((blind.reason.as_str(), blind.message.to_string()));
            return (Verdict::Unknown, why);
        }
    }
    if !control.statements.is_empty() {
        return by_statements(control, stated);
    }
    if requirements().all(|check| check.status == CheckStatus::NotApplicable) {
        return (Verdict::NotApplicable, None);
    }
    (Verdict::Met, None)
}

/// The parts of a control that need a statement and have none that counts.
fn missing<'a>(
    control: &'static Control,
    stated: &'a Statements,
) -> impl Iterator<Item = &'static StatementPart> + use<'a> {
    let parts = control.statements.iter();
    parts.filter(|part| stated.on(control.id, part).is_none())
}

/// The verdict of a control of which all that can be observed is in order, and parts of which a person has to state.
fn by_statements(
    control: &'static Control,
    stated: &Statements,
) -> (Verdict, Option<(&'static str, String)>) {
    if let Some(blind) = &stated.blind {
        let why = Some((blind.reason.as_str(), blind.message.to_string()));
        return (Verdict::Unknown, why);
    }
    let lacking: Vec<String> = missing(control, stated)
        .map(|part| match stated.over(control.id, part) {
            Some(name) => format!("{} (ComplianceStatement {name} has run out)", part.id),
            None => part.id.to_owned(),
        })
        .collect();
    if !lacking.is_empty() {
        let why = format!("needs a statement on {}", lacking.join(", "));
        return (Verdict::NeedsEvidence, Some(("NoStatement", why)));
    }
    let parts = control.statements.iter();
    let vouched: Vec<String> = parts
        .filter_map(|part| Some((part, stated.on(control.id, part)?)))
        .map(|(part, name)| format!("{} by ComplianceStatement {name}", part.id))
        .collect();
    let why = format!("stated: {}", vouched.join(", "));
    (Verdict::Met, Some(("Stated", why)))
}

/// What a verdict rests on: a finding is observed, whatever anybody states beside it.
fn basis(
    control: &'static Control,
    verdict: Verdict,
    checks: &[CheckState],
    stated: &Statements,
) -> Basis {
    let mut parts = control.statements.iter().chain([&PROVIDER_PART]);
    let is_stated = parts.any(|part| stated.on(control.id, part).is_some());
    let counts = matches!(verdict, Verdict::NeedsEvidence | Verdict::Met);
    let is_observed = checks
        .iter()
        .any(|check| check.kind == CheckKind::Requirement && check.status == CheckStatus::Pass);
    match (is_stated && counts, is_observed) {
        (false, _) => Basis::Observed,
        (true, true) => Basis::Mixed,
        (true, false) => Basis::Stated,
    }
}

#[cfg(test)]
mod tests {
    use assay_catalog::ControlId;

    use super::*;

    fn check(id: &'static str, kind: CheckKind, reason: Option<Reason>) -> CheckState {
        CheckState {
            id,
            version: 1,
            kind,
            severity: Severity::High,
            status: reason.map_or(CheckStatus::Pass, |_| CheckStatus::Unknown),
            counts: Counts::default(),
            blind: reason.map(|reason| Blind::new(reason, "what to do")),
        }
    }

    fn verdict(control: ControlId, checks: &[CheckState]) -> (Verdict, Option<&'static str>) {
        let (_, control) = assay_catalog::control(control).unwrap();
        let (verdict, why) = decide(control, checks, None, &Statements::default());
        (verdict, why.map(|(reason, _)| reason))
    }

    #[test]
    fn what_only_the_provider_can_tell_needs_evidence_and_any_other_blindness_is_unknown() {
        use CheckKind::{Advisory, Requirement};
        let complete = ControlId::new(16, 4);
        assert_eq!(assay_checks::pending(complete), None);
        let pass = || check("a", Requirement, None);
        let hidden = || check("b", Requirement, Some(Reason::ProviderHidden));
        let forbidden = |kind| check("c", kind, Some(Reason::Forbidden));
        let needs = (Verdict::NeedsEvidence, Some("ProviderHidden"));
        assert_eq!(verdict(complete, &[pass(), hidden()]), needs);
        assert_eq!(
            verdict(complete, &[hidden(), forbidden(Advisory)]),
            needs,
            "an advisory decides nothing"
        );
        assert_eq!(
            verdict(complete, &[hidden(), forbidden(Requirement)]),
            (Verdict::Unknown, Some("Forbidden"))
        );
        let unfinished = ControlId::new(2, 1);
        assert!(assay_checks::pending(unfinished).is_some());
        assert_eq!(
            verdict(unfinished, &[hidden()]),
            (Verdict::Unknown, Some("NotYetJudged"))
        );
    }

    /// Of 2.3 a check reads statements as well; of most controls none does.
    #[test]
    fn what_nobody_can_see_is_not_missing() {
        let (_, control) = assay_catalog::controls()
            .find(|(_, control)| !control.statements.is_empty())
            .unwrap();
        let unseen = Statements {
            blind: Some(Blind::new(Reason::Forbidden, "may not list them")),
            ..Statements::default()
        };
        let told = Some(("Forbidden", "may not list them".to_owned()));
        assert_eq!(by_statements(control, &unseen), (Verdict::Unknown, told));
        let (verdict, _) = by_statements(control, &Statements::default());
        assert_eq!(verdict, Verdict::NeedsEvidence);
    }
}
