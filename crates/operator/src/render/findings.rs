//! The findings of one namespace as `ComplianceFindings`, in shards that stay under the size bound.

use std::collections::BTreeMap;

use assay_api::{
    CheckKind, ComplianceFindings, ComplianceFindingsSpec, ComplianceFindingsStatus, Finding,
    FindingBody, FindingCounts, FindingGroup, FindingState, PROFILE_LABEL, Severity,
};
use assay_engine::{FindingId, Rank, Since};
use assay_inventory::Subject;
use assay_inventory::view::Text;

use super::{View, resource, words};

/// Bytes of findings an object may hold: 256 KiB is the bound, and the frame around them needs room.
const ROOM: usize = 200 * 1024;

/// The objects of one namespace; none if nothing is found there. `None` stands for cluster-scoped subjects, whose findings
/// live in the operator's namespace `home` beside that namespace's own.
pub(crate) fn findings_objects(
    view: View<'_>,
    namespace: &Text,
    home: &str,
    reaching: &[Subject],
) -> Vec<ComplianceFindings> {
    let mut all = view.of(Some(namespace));
    if namespace.as_ref() == home {
        all.extend(view.of(None));
    } else {
        all.extend(view.of_bindings(reaching));
    }
    all.sort_by_key(|(rank, _)| *rank);
    let shards = shards(all.into_iter().map(|(_, finding)| finding));
    let shards = shards.into_iter().enumerate();
    shards
        .map(|(index, findings)| {
            let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
            object(&view.assessment.name, namespace, number, findings, view)
        })
        .collect()
}

impl<'a> View<'a> {
    /// Findings of a namespace's subjects, or of the cluster-scoped ones: the open, and those that cannot be seen now.
    fn of(&self, namespace: Option<&Text>) -> Vec<(Rank<'a>, Finding)> {
        let open = self.assessment.engine.findings_in(namespace);
        let mut all: Vec<_> = open.map(|finding| self.ranked(&finding)).collect();
        let unverified = self
            .history()
            .unverified()
            .filter(|(id, _)| id.subject.namespace() == namespace);
        all.extend(unverified.filter_map(|(id, since)| self.unverified(id, since)));
        all
    }

    fn of_bindings(&self, reaching: &[Subject]) -> Vec<(Rank<'a>, Finding)> {
        let engine = &self.assessment.engine;
        let findings = engine
            .findings_in(None)
            .filter(|finding| reaching.contains(finding.subject));
        findings.map(|finding| self.ranked(&finding)).collect()
    }

    fn ranked(&self, finding: &assay_engine::Finding<'a>) -> (Rank<'a>, Finding) {
        (self.rank(finding), self.finding(finding))
    }

    fn unverified(&self, id: &'a FindingId, since: Since) -> Option<(Rank<'a>, Finding)> {
        let check = assay_checks::find(id.check)?;
        let meta = &check.meta;
        let engine = &self.assessment.engine;
        let rank = engine.rank(check, &id.subject, meta.severity, self.inventory);
        let finding = Finding {
            check: meta.id.to_owned(),
            control: meta.control.to_string(),
            kind: words::kind(meta.kind),
            severity: words::severity(meta.severity),
            body: FindingBody {
                resource: resource(&id.subject, &Text::default()),
                message: format!(
                    "{}: failed {} when last seen, and cannot be seen now",
                    id.subject, meta.id
                ),
                details: Vec::new(),
                since: since.at,
                since_known: since.known,
                state: FindingState::Unverified,
                changed_by: None,
                origin: assay_api::Origin::Workload,
                cde: self.assessment.engine.is_cde(&id.subject, self.inventory),
                exception: None,
            },
        };
        Some((rank, finding))
    }
}

fn shards(findings: impl Iterator<Item = Finding>) -> Vec<Vec<Finding>> {
    let mut shards = Vec::new();
    let mut shard = Vec::new();
    let mut left = ROOM;
    for finding in findings {
        let size = serde_json::to_string(&finding).map_or(ROOM, |text| text.len());
        if size > left && !shard.is_empty() {
            shards.push(std::mem::take(&mut shard));
            left = ROOM;
        }
        left = left.saturating_sub(size);
        shard.push(finding);
    }
    if !shard.is_empty() {
        shards.push(shard);
    }
    shards
}

fn object(
    profile: &str,
    namespace: &Text,
    shard: u32,
    findings: Vec<Finding>,
    view: View<'_>,
) -> ComplianceFindings {
    let mut summary = FindingCounts::default();
    let mut groups: BTreeMap<_, FindingGroup> = BTreeMap::new();
    for finding in findings {
        count(&mut summary, &finding);
        let Some(check) = assay_checks::find(&finding.check) else {
            continue;
        };
        let meta = &check.meta;
        let key = (meta.kind, meta.severity, meta.id);
        let group = groups.entry(key).or_insert_with(|| FindingGroup {
            check: meta.id.to_owned(),
            control: meta.control.to_string(),
            kind: words::kind(meta.kind),
            severity: words::severity(meta.severity),
            title: meta.title.to_owned(),
            remediation: meta.remediation.to_owned(),
            findings: Vec::new(),
        });
        group.push(finding);
    }
    let mut object = ComplianceFindings::new(
        &assay_api::findings_name(profile, shard),
        ComplianceFindingsSpec {
            profile: profile.to_owned(),
            shard,
        },
    );
    object.metadata.namespace = Some(namespace.to_string());
    object.metadata.labels = Some(BTreeMap::from([(
        PROFILE_LABEL.to_owned(),
        profile.to_owned(),
    )]));
    object.status = Some(ComplianceFindingsStatus {
        epoch: 0,
        verified_at: view.now,
        summary,
        checks: groups.into_values().collect(),
    });
    object
}

fn count(summary: &mut FindingCounts, finding: &Finding) {
    if finding.body.state == FindingState::Unverified {
        return;
    }
    if finding.kind == CheckKind::Advisory {
        summary.advisory += 1;
        return;
    }
    match finding.severity {
        Severity::Critical => summary.critical += 1,
        Severity::High => summary.high += 1,
        Severity::Medium => summary.medium += 1,
        Severity::Low => summary.low += 1,
    }
    if finding.body.cde {
        summary.cde += 1;
    }
}
