//! One section as a `ComplianceReport`.

use std::collections::BTreeSet;

use assay_api::{
    CheckResult, ComplianceReport, ComplianceReportSpec, ComplianceReportStatus, Condition,
    ConditionStatus, ControlResult, Coverage, EvidenceSummary, Finding, LastKnown,
};
use assay_engine::{CheckState, ControlState, SectionState, Verdict, VerdictSince};
use assay_inventory::{EvidenceKind, Per};
use chrono::{DateTime, Utc};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::OwnerReference;
use serde::Serialize;

use super::{View, clipped, words};
use crate::assessment::Assessment;

/// Bytes of a whole report as it is sent, so that it stays well under the 256 KiB that no object may exceed.
const LARGEST: usize = 128 * 1024;
/// Bytes that come to what is measured: what the writer stamps on it, the count of what was left out, and the lists' own names.
const STAMPS: usize = 1024;

/// The report of one section, as its state was last recounted.
pub(crate) fn report(
    assessment: &mut Assessment,
    inventory: &assay_inventory::Inventory,
    state: &SectionState,
    now: DateTime<Utc>,
) -> ComplianceReport {
    let section = state.section;
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
    let controls = state.controls.iter().zip(&sinces);
    let mut report = ComplianceReport::new(
        &assay_api::report_name(&assessment.name, section.slug),
        ComplianceReportSpec {
            profile: assessment.name.clone(),
            section: section.number,
            title: section.title.to_owned(),
        },
    );
    report.metadata.owner_references = Some(vec![owner(assessment)]);
    let mut status = ComplianceReportStatus {
        verdict: words::api_verdict(state.verdict),
        since: since.since,
        verified_at: now,
        epoch: 0,
        last_known: last_known(since),
        conditions: conditions(state, since),
        summary: words::summary(state.counts, state.findings),
        controls: controls
            .map(|(control, since)| view.control(control, *since))
            .collect(),
        truncated: None,
    };
    let room = LARGEST.saturating_sub(STAMPS + size(&report) + size(&status));
    let truncated = view.fill(state, &mut status.controls, room);
    status.truncated = Some(truncated).filter(|count| *count > 0);
    report.status = Some(status);
    report
}

/// Reports go with their profile; nothing waits for them to be gone.
fn owner(assessment: &Assessment) -> OwnerReference {
    OwnerReference {
        api_version: format!("{}/{}", assay_api::GROUP, assay_api::VERSION),
        kind: "ComplianceProfile".to_owned(),
        name: assessment.name.clone(),
        uid: assessment.uid.clone(),
        block_owner_deletion: None,
        controller: Some(true),
    }
}

/// Bytes of what is sent as JSON; what cannot be, leaves no room for anything.
fn size(value: &impl Serialize) -> usize {
    serde_json::to_string(value).map_or(LARGEST, |text| text.len())
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

/// The writer sets the time: that of the status it follows, if that was as ready, or else its own.
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
    fn control(&self, state: &ControlState, since: VerdictSince) -> ControlResult {
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
            worst: Vec::new(),
        }
    }

    /// Age of the evidence that the control's checks read, and of how many nodes or namespaces there is some.
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
            .filter_map(|kind| self.inventory.collected_at(*kind, |key| self.asks_of(key)));
        let coverage = sources
            .iter()
            .filter_map(|kind| match kind.per() {
                Per::Cluster => None,
                Per::Node => Some(self.inventory.coverage(*kind, self.now, max_age)),
                Per::Namespace => Some(self.inventory.coverage_of_namespaces(
                    *kind,
                    &params.admission_probe,
                    self.now,
                    max_age,
                )),
            })
            .min_by_key(|(_, collected)| *collected);
        (!sources.is_empty()).then(|| EvidenceSummary {
            oldest: oldest.min(),
            coverage: coverage.map(|(expected, collected)| Coverage {
                expected: u32::try_from(expected).unwrap_or(u32::MAX),
                collected: u32::try_from(collected).unwrap_or(u32::MAX),
            }),
        })
    }

    /// Shares the room between the controls' worst findings; how many there was none for. Each may have an equal part of what is
    /// left, those with few findings first: one with thousands must not keep the others from showing any.
    fn fill(&self, state: &SectionState, results: &mut [ControlResult], mut room: usize) -> u32 {
        let open = |control: &ControlState| -> u32 {
            let checks = control.checks.iter();
            checks.map(|check| check.counts.failed).sum()
        };
        let mut controls: Vec<_> = state.controls.iter().zip(results).collect();
        controls.sort_by_key(|(control, _)| open(control));
        let mut left_out = 0;
        let mut waiting = controls.len();
        for (control, result) in controls {
            let mut share = room / waiting;
            room -= share;
            let (worst, none_for) = self.worst(control, &mut share);
            room += share;
            result.worst = worst;
            left_out += none_for;
            waiting -= 1;
        }
        left_out
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
            .map(|finding| (self.rank(&finding), finding))
            .collect();
        all.sort_by_key(|(rank, _)| *rank);
        let mut kept = Vec::new();
        for (_, finding) in &all {
            let rendered = self.finding(finding);
            // With the comma after it.
            let size = size(&rendered) + 1;
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
