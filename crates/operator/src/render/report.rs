//! One section as a `ComplianceReport`.

use std::collections::BTreeSet;

use assay_api::{
    CheckResult, ComplianceReport, ComplianceReportSpec, ComplianceReportStatus, Condition,
    ConditionStatus, ControlResult, Coverage, EvidenceSummary, Finding, LastKnown,
};
use assay_catalog::Section;
use assay_checks::CheckKind;
use assay_engine::{CheckState, ControlState, SectionState, Verdict, VerdictSince};
use assay_inventory::EvidenceKind;
use chrono::{DateTime, Utc};

use super::{View, clipped, words};
use crate::assessment::Assessment;

/// Bytes of findings a report may list, so that it stays well under the 256 KiB that no object may exceed.
const ROOM: usize = 128 * 1024;

/// The report of one section, and the section as the profile's status sums it up.
pub(crate) fn report(
    assessment: &mut Assessment,
    inventory: &assay_inventory::Inventory,
    section: &'static Section,
    now: DateTime<Utc>,
) -> ComplianceReport {
    let state = assessment.engine.section(section, inventory);
    let since = assessment
        .history
        .section(section.number, state.verdict, now);
    let sinces: Vec<VerdictSince> = state
        .controls
        .iter()
        .map(|control| {
            assessment
                .history
                .control(control.control.id, control.verdict, now)
        })
        .collect();
    let view = View {
        assessment,
        inventory,
        now,
    };
    let mut room = ROOM;
    let mut truncated = 0;
    let mut controls = Vec::new();
    for (control, since) in state.controls.iter().zip(&sinces) {
        let (worst, left_out) = view.worst(control, &mut room);
        truncated += left_out;
        controls.push(view.control(control, *since, worst));
    }
    let profile = &assessment.name;
    let mut report = ComplianceReport::new(
        &assay_api::report_name(profile, section.slug),
        ComplianceReportSpec {
            profile: profile.clone(),
            section: section.number,
            title: section.title.to_owned(),
        },
    );
    report.status = Some(ComplianceReportStatus {
        verdict: words::api_verdict(state.verdict),
        since: since.since,
        verified_at: now,
        epoch: 0,
        last_known: last_known(since),
        conditions: conditions(&state, since),
        summary: words::summary(state.counts, state.findings),
        controls,
        truncated: Some(truncated).filter(|count| *count > 0),
    });
    report
}

pub(super) fn last_known(since: VerdictSince) -> Option<LastKnown> {
    since.last_known.map(|(verdict, since)| LastKnown {
        verdict: words::api_verdict(verdict),
        since,
    })
}

fn conditions(state: &SectionState, since: VerdictSince) -> Vec<Condition> {
    let by = |verdict: Verdict| -> Vec<String> {
        let controls = state
            .controls
            .iter()
            .filter(|control| control.verdict == verdict);
        controls
            .map(|control| control.control.id.to_string())
            .collect()
    };
    let all = state.controls.len();
    let message = |verdict: Verdict, words: &str| {
        let ids = by(verdict);
        format!("{} of {all} {words}: {}", ids.len(), ids.join(", "))
    };
    let (status, reason, text) = match state.verdict {
        Verdict::Met => (
            ConditionStatus::True,
            "ControlsMet",
            "every control that applies is met".to_owned(),
        ),
        Verdict::NotApplicable => (
            ConditionStatus::True,
            "NotApplicable",
            "nothing of this section applies".to_owned(),
        ),
        Verdict::NotMet => (
            ConditionStatus::False,
            "ControlsNotMet",
            message(Verdict::NotMet, "not met"),
        ),
        Verdict::Unknown => (
            ConditionStatus::Unknown,
            "ControlsUnknown",
            message(Verdict::Unknown, "unknown"),
        ),
        Verdict::NeedsEvidence => (
            ConditionStatus::Unknown,
            "NeedsEvidence",
            message(Verdict::NeedsEvidence, "in need of a statement"),
        ),
    };
    vec![met(status, reason, text, since.since), ready(since.since)]
}

pub(super) fn met(
    status: ConditionStatus,
    reason: &str,
    message: String,
    since: DateTime<Utc>,
) -> Condition {
    Condition {
        type_: "Met".to_owned(),
        status,
        reason: reason.to_owned(),
        message,
        last_transition_time: since,
        observed_generation: None,
    }
}

/// The writer replaces the time by that of the status it follows, if that was ready too.
pub(super) fn ready(since: DateTime<Utc>) -> Condition {
    Condition {
        type_: "Ready".to_owned(),
        status: ConditionStatus::True,
        reason: "Assessed".to_owned(),
        message: "kept up to date by assay-operator".to_owned(),
        last_transition_time: since,
        observed_generation: None,
    }
}

impl View<'_> {
    fn control(
        &self,
        state: &ControlState,
        since: VerdictSince,
        worst: Vec<Finding>,
    ) -> ControlResult {
        let judged = state
            .checks
            .iter()
            .any(|check| check.counts.evaluated() > 0);
        ControlResult {
            id: state.control.id.to_string(),
            title: state.control.title.to_owned(),
            verdict: words::api_verdict(state.verdict),
            basis: judged.then(|| words::basis(state.basis)),
            since: since.since,
            responsibility: words::responsibility(state.control.responsibility),
            reason: state.why.as_ref().map(|(reason, _)| (*reason).to_owned()),
            message: state.why.as_ref().map(|(_, message)| clipped(message)),
            evidence: self.evidence(state),
            last_known: last_known(since),
            checks: state.checks.iter().map(check).collect(),
            worst,
        }
    }

    /// Age of the evidence that the control's checks read, and of how many nodes there is some.
    fn evidence(&self, state: &ControlState) -> Option<EvidenceSummary> {
        let params = &self.assessment.engine.profile().params;
        let checks = state
            .checks
            .iter()
            .filter_map(|check| assay_checks::find(check.id));
        let sources: BTreeSet<EvidenceKind> = checks
            .flat_map(|check| check.rule.reads)
            .filter_map(|relation| relation.evidence())
            .filter(|source| params.asks(*source))
            .collect();
        let max_age = params.max_evidence_age;
        let oldest = sources
            .iter()
            .filter_map(|kind| self.inventory.collected_at(*kind));
        let of_nodes = sources.iter().filter(|kind| kind.is_per_node());
        let coverage = of_nodes
            .map(|kind| self.inventory.coverage(*kind, self.now, max_age))
            .min_by_key(|(_, collected)| *collected);
        (!sources.is_empty()).then(|| EvidenceSummary {
            oldest: oldest.min(),
            coverage: coverage.map(|(expected, collected)| Coverage {
                expected: u32::try_from(expected).unwrap_or(u32::MAX),
                collected: u32::try_from(collected).unwrap_or(u32::MAX),
            }),
        })
    }

    /// The worst findings of a control, as many as there is room for, and how many there was none for.
    fn worst(&self, state: &ControlState, room: &mut usize) -> (Vec<Finding>, u32) {
        let engine = &self.assessment.engine;
        let checks = state
            .checks
            .iter()
            .filter_map(|check| assay_checks::find(check.id));
        // Ordered before they are rendered: of ten thousand, a hundred have room.
        let mut all: Vec<_> = checks
            .flat_map(|check| engine.findings(check))
            .map(|finding| {
                let advisory = finding.check.meta.kind == CheckKind::Advisory;
                let cde = engine.is_cde(finding.subject, self.inventory);
                ((advisory, !cde, finding.severity), finding)
            })
            .collect();
        all.sort_by(|(a, left), (b, right)| {
            a.cmp(b)
                .then_with(|| left.check.meta.id.cmp(right.check.meta.id))
                .then_with(|| left.subject.cmp(right.subject))
        });
        let mut kept = Vec::new();
        for (_, finding) in &all {
            let rendered = self.finding(finding);
            let size = serde_json::to_string(&rendered).map_or(usize::MAX, |text| text.len());
            if size > *room {
                break;
            }
            *room -= size;
            kept.push(rendered);
        }
        let left_out = all.len() - kept.len();
        (kept, u32::try_from(left_out).unwrap_or(u32::MAX))
    }
}

fn check(state: &CheckState) -> CheckResult {
    let counts = state.counts;
    CheckResult {
        id: state.id.to_owned(),
        version: state.version,
        kind: words::kind(state.kind),
        severity: words::severity(state.severity),
        status: words::status(state.status),
        evaluated: counts.evaluated(),
        passed: counts.passed,
        failed: counts.failed,
        excepted: counts.excepted,
        unknown: counts.unknown,
        not_applicable: counts.not_applicable,
        reason: state
            .blind
            .as_ref()
            .map(|blind| blind.reason.as_str().to_owned()),
        message: state.blind.as_ref().map(|blind| clipped(&blind.message)),
    }
}
