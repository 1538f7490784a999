//! The profile's status: how the cluster stands as a whole, and how well it can be seen.

use std::sync::Arc;

use assay_api::{
    CollectorHealth, CollectorState, ComplianceProfileStatus, ConditionStatus, Entitlements,
    FixFirst, KeptLogins, LONGEST_IDENTITIES, SectionLine, Sight, SightState, StatementLine,
    VersionInfo,
};
use assay_engine::{ControlCounts, FindingCounts, SectionState, Verdict};
use assay_inventory::{EvidenceKind, Inventory, Kind, Relation};
use chrono::{DateTime, Utc};

use super::{View, clipped, report, resource, words};
use crate::assessment::Assessment;

/// How many objects to edit first the status names.
const FIX_FIRST: usize = 5;
/// How many statements it lists.
const MOST_STATEMENTS: usize = 100;

/// The status of the profile, its sections being counted.
/// How the sources of evidence stand that the profile wants.
pub(crate) fn collectors(view: View<'_>) -> Vec<CollectorHealth> {
    let params = &view.assessment.engine.profile().params;
    EvidenceKind::ALL
        .into_iter()
        .filter(|kind| params.asks(*kind))
        .map(|kind| view.collector(kind))
        .collect()
}

pub(crate) fn profile_status(
    assessment: &mut Assessment,
    sections: &[Arc<SectionState>],
    inventory: &Inventory,
    started: DateTime<Utc>,
    now: DateTime<Utc>,
) -> ComplianceProfileStatus {
    debug_assert!(
        assessment
            .engine
            .sections(inventory)
            .1
            .iter()
            .eq(sections.iter().map(|state| &**state)),
        "a section changed and nobody touched it"
    );
    let verdict = Verdict::worst(sections.iter().map(|section| section.verdict));
    let since = assessment.history.profile(verdict, now);
    let view = View {
        assessment,
        inventory,
        now,
    };
    let counts = sections
        .iter()
        .fold(ControlCounts::default(), |sum, section| {
            sum.plus(section.counts)
        });
    let findings = sections
        .iter()
        .fold(FindingCounts::default(), |sum, section| {
            sum.plus(section.findings)
        });
    let (status, reason) = match verdict {
        Verdict::Met | Verdict::NotApplicable => (ConditionStatus::True, "ControlsMet"),
        Verdict::NotMet => (ConditionStatus::False, "ControlsNotMet"),
        Verdict::Unknown => (ConditionStatus::Unknown, "ControlsUnknown"),
        Verdict::NeedsEvidence => (ConditionStatus::Unknown, "NeedsEvidence"),
    };
    let message = format!("{counts} controls met");
    let mut ready = report::ready(since.since);
    if let Some(error) = &assessment.error {
        ready.status = ConditionStatus::False;
        "InvalidProfile".clone_into(&mut ready.reason);
        ready.message = clipped(&error.to_string());
    }
    ready.observed_generation = assessment.generation;
    let kept = KeptLogins::of(inventory);
    ComplianceProfileStatus {
        observed_generation: assessment.generation,
        verdict: words::api_verdict(verdict),
        since: since.since,
        verified_at: now,
        epoch: 0,
        last_known: report::last_known(since),
        conditions: vec![report::met(status, reason, message, since.since), ready],
        summary: words::summary(counts, findings),
        sections: sections.iter().map(|section| view.line(section)).collect(),
        fix_first: view.fix_first(),
        sight: Kind::ALL
            .into_iter()
            .filter(|kind| view.is_worth_telling(*kind))
            .map(|kind| view.sight(kind, started))
            .collect(),
        collectors: collectors(view),
        statements: view.statements(),
        entitlements: view.entitlements(),
        issued: kept.logins,
        issued_left_out_until: kept.left_out_until,
        version: Some(VersionInfo {
            operator: env!("CARGO_PKG_VERSION").to_owned(),
            check_set: assay_checks::check_set(),
        }),
    }
}

impl View<'_> {
    fn fix_first(&self) -> Vec<FixFirst> {
        let remedies = self.assessment.engine.fix_first(self.inventory, FIX_FIRST);
        let ranks = 1..;
        let ranked = ranks.zip(remedies);
        ranked
            .map(|(rank, remedy)| {
                let meta = &remedy.worst.check.meta;
                let (uid, _) = self.inventory.provenance(remedy.worst.subject);
                FixFirst {
                    rank,
                    control: meta.control.to_string(),
                    check: meta.id.to_owned(),
                    resource: resource(remedy.worst.subject, &uid),
                    action: clipped(meta.remediation),
                    closes: remedy.closes,
                }
            })
            .collect()
    }

    fn line(&self, state: &SectionState) -> SectionLine {
        SectionLine {
            section: state.section.number,
            report: assay_api::report_name(&self.assessment.name, state.section.slug),
            title: state.section.title.to_owned(),
            verdict: words::api_verdict(state.verdict),
            controls_text: state.counts.to_string(),
            findings: words::finding_counts(state.findings),
        }
    }

    /// Most clusters define few of the kinds that other tools bring: that there are none of the others goes without saying.
    fn is_worth_telling(&self, kind: Kind) -> bool {
        !matches!(kind, Kind::ThirdParty(_))
            || !matches!(
                self.inventory.sight(kind),
                assay_inventory::Sight::Seen { .. }
            )
    }

    fn sight(&self, kind: Kind, started: DateTime<Utc>) -> Sight {
        let sight = self.inventory.sight(kind);
        let blind = self.inventory.blind(kind, self.now);
        let (state, since) = match sight {
            assay_inventory::Sight::Waiting => (SightState::Waiting, started),
            assay_inventory::Sight::Seen { since } => (SightState::Seen, *since),
            // Within the grace of a short outage the kind still counts as seen.
            assay_inventory::Sight::Lost {
                seen_since: Some(since),
                ..
            } if blind.is_none() => (SightState::Seen, *since),
            assay_inventory::Sight::Lost { since, .. } => (SightState::Blind, *since),
        };
        Sight {
            kind: kind.full_name(),
            state,
            since,
            reason: blind.as_ref().map(|blind| blind.reason.as_str().to_owned()),
            message: blind.as_ref().map(|blind| clipped(&blind.message)),
        }
    }

    fn statements(&self) -> Vec<StatementLine> {
        let standings = self.assessment.engine.statements().standings.iter();
        standings
            .take(MOST_STATEMENTS)
            .map(|standing| StatementLine {
                name: standing.name.to_string(),
                control: clipped(&standing.control),
                part: clipped(&standing.part),
                state: words::statement(standing.state),
                message: Some(clipped(&standing.message)).filter(|message| !message.is_empty()),
            })
            .collect()
    }

    /// What is granted now, as far as it can be seen; who is granted what, as long as that is not too long.
    fn entitlements(&self) -> Option<Entitlements> {
        let mut kinds = Relation::Entitlements.kinds().iter();
        if kinds.any(|kind| self.inventory.blind(*kind, self.now).is_some()) {
            return None;
        }
        let present = self.inventory.entitlements().ok()?;
        let fits =
            |lines: &[String]| lines.iter().map(String::len).sum::<usize>() <= LONGEST_IDENTITIES;
        let lines: Vec<String> = present.lines().collect();
        let identities = if fits(&lines) {
            let detailed = self.inventory.entitlement_lines();
            if fits(detailed) {
                detailed.to_vec()
            } else {
                lines
            }
        } else {
            Vec::new()
        };
        Some(Entitlements {
            hash: present.hash().to_string(),
            identities,
        })
    }

    fn collector(&self, kind: EvidenceKind) -> CollectorHealth {
        let last_success = self.inventory.last_success(kind, |key| self.asks_of(key));
        let (told, failure) = self.inventory.last_round(kind, |key| self.asks_of(key));
        CollectorHealth {
            name: kind.as_str().to_owned(),
            state: match (told, failure) {
                (0, None) => CollectorState::Waiting,
                (0, Some(_)) => CollectorState::Failing,
                (_, Some(_)) => CollectorState::Partial,
                (_, None) => CollectorState::Healthy,
            },
            last_success,
            message: failure.map(|blind| clipped(&blind.message)),
        }
    }
}
