//! Takes down what an engine found as a snapshot.

use assay_checks::CheckKind;
use assay_engine::{
    CheckState, CheckStatus, ControlState, Engine, FindingCounts, Membership, SectionState, Verdict,
};
use assay_inventory::view::{LabelSelector, Operator, Requirement, Text};
use assay_inventory::{Inventory, Reason, Subject};
use chrono::{DateTime, Utc};

use crate::counts::{count, worst};
use crate::unknown;
use crate::{
    Assay, Check, Cluster, Control, Detail, Finding, Member, NotJudged, Resource, Scope,
    SectionSummary, Snapshot, Summary, ToState, Unread,
};

/// What a snapshot is taken of.
pub struct Assessment<'a> {
    /// The engine, everything judged.
    pub engine: &'a Engine,
    /// What it judged.
    pub inventory: &'a Inventory,
    /// When it judged.
    pub time: DateTime<Utc>,
    /// The cluster it judged; empty for manifests.
    pub cluster: Cluster,
    /// Objects that were seen and that no check reads.
    pub not_judged: Vec<NotJudged>,
    /// What could not be read at all, so that it is in no inventory. It may hold anything: while there is some, no check
    /// of objects passes.
    pub unread: Vec<Unread>,
    /// Where a subject was read from, as `file:line`.
    pub place: &'a dyn Fn(&Subject) -> Option<String>,
}

impl Assessment<'_> {
    /// Takes it down.
    #[must_use]
    pub fn snapshot(self) -> Snapshot {
        let (_, states) = self.engine.sections(self.inventory);
        let blind = !self.unread.is_empty();
        let sections: Vec<(SectionSummary, Vec<Control>)> =
            states.iter().map(|state| section(state, blind)).collect();
        let unknown = unknown::gather(self.engine, &states, blind);
        let findings = self.findings();
        let summary = |controls: &[Control], sections: Vec<SectionSummary>| {
            let counts = count(controls.iter().map(|control| control.verdict));
            Summary {
                verdict: worst(&counts),
                controls_text: counts.to_string(),
                controls: counts,
                findings: states
                    .iter()
                    .map(|state| state.findings)
                    .fold(FindingCounts::default(), FindingCounts::plus),
                sections,
                unknown,
                to_state: to_state(controls, &states),
                not_judged: self.not_judged,
                unread: self.unread,
            }
        };
        let (sections, controls): (Vec<_>, Vec<_>) = sections.into_iter().unzip();
        let controls: Vec<Control> = controls.into_iter().flatten().collect();
        let profile = self.engine.profile();
        Snapshot {
            version: 1,
            time: self.time,
            assay: Assay {
                version: env!("CARGO_PKG_VERSION").to_owned(),
                check_set: assay_checks::check_set(),
            },
            cluster: self.cluster,
            profile: profile.name.to_string(),
            scope: Scope {
                cde: member(&profile.scope.cde),
                connected_to: member(&profile.scope.connected_to),
                out_of_scope: member(&profile.scope.out_of_scope),
            },
            summary: summary(&controls, sections),
            controls,
            findings,
        }
    }

    fn findings(&self) -> Vec<Finding> {
        let checks = assay_checks::all().iter().copied();
        let mut all: Vec<assay_engine::Finding<'_>> = checks
            .flat_map(|check| self.engine.findings(check))
            .collect();
        all.sort_by_cached_key(|finding| {
            let (check, severity) = (finding.check, finding.severity);
            self.engine
                .rank(check, finding.subject, severity, self.inventory)
        });
        all.iter().map(|finding| self.finding(finding)).collect()
    }

    fn finding(&self, finding: &assay_engine::Finding<'_>) -> Finding {
        let meta = &finding.check.meta;
        let (api_version, kind) = finding.subject.api();
        // A Namespace is its own namespace to the engine; to the API it is cluster-scoped.
        let namespace = finding
            .subject
            .namespace()
            .filter(|_| !matches!(finding.subject, Subject::Namespace(_)));
        Finding {
            check: meta.id.to_owned(),
            control: meta.control.to_string(),
            kind: meta.kind,
            severity: finding.severity,
            resource: Resource {
                api_version: api_version.to_string(),
                kind: kind.to_string(),
                namespace: namespace.map(ToString::to_string),
                name: finding.subject.name().to_string(),
            },
            message: finding.violation.message.clone(),
            details: finding.violation.details.iter().map(detail).collect(),
            remediation: meta.remediation.to_owned(),
            since: None,
            origin: finding.violation.origin,
            cde: self.engine.is_cde(finding.subject, self.inventory),
            exception: None,
            title: meta.title.to_owned(),
            place: (self.place)(finding.subject),
        }
    }
}

fn detail(detail: &assay_checks::Detail) -> Detail {
    Detail {
        container: Some(detail.container.to_string()).filter(|name| !name.is_empty()),
        field: detail.field.clone(),
        value: detail.value.clone(),
    }
}

fn section(state: &SectionState, blind: bool) -> (SectionSummary, Vec<Control>) {
    let controls: Vec<Control> = state
        .controls
        .iter()
        .map(|state| control(state, blind))
        .collect();
    let counts = count(controls.iter().map(|control| control.verdict));
    let summary = SectionSummary {
        section: state.section.number,
        title: state.section.title.to_owned(),
        verdict: worst(&counts),
        controls_text: counts.to_string(),
        controls: counts,
        findings: state.findings,
    };
    (summary, controls)
}

fn control(state: &ControlState, blind: bool) -> Control {
    let checks: Vec<Check> = state
        .checks
        .iter()
        .map(|state| check(state, blind))
        .collect();
    let unknown = checks
        .iter()
        .any(|check| check.kind == CheckKind::Requirement && check.status == CheckStatus::Unknown);
    Control {
        id: state.control.id.to_string(),
        title: state.control.title.to_owned(),
        section: state.control.id.section(),
        verdict: match state.verdict {
            Verdict::NotMet => Verdict::NotMet,
            _ if unknown => Verdict::Unknown,
            verdict => verdict,
        },
        basis: state.basis,
        checks,
    }
}

fn check(state: &CheckState, blind: bool) -> Check {
    let mut check = Check {
        id: state.id.to_owned(),
        version: state.version,
        kind: state.kind,
        severity: state.severity,
        status: state.status,
        evaluated: state.counts.evaluated(),
        failed: state.counts.failed,
        excepted: state.counts.excepted,
        unknown: state.counts.unknown,
        reason: state
            .blind
            .as_ref()
            .map(|blind| blind.reason.as_str().to_owned()),
    };
    if blind && unknown::reads_objects(state) {
        // Subjects nobody knows of are one subject that cannot be told.
        check.evaluated += 1;
        check.unknown += 1;
        if check.status != CheckStatus::Fail {
            check.status = CheckStatus::Unknown;
        }
        check
            .reason
            .get_or_insert_with(|| Reason::Unparseable.as_str().to_owned());
    }
    check
}

fn to_state(controls: &[Control], states: &[SectionState]) -> Vec<ToState> {
    let states = states.iter().flat_map(|section| &section.controls);
    let waiting = controls
        .iter()
        .zip(states)
        .filter(|(control, _)| control.verdict == Verdict::NeedsEvidence);
    waiting
        .map(|(control, state)| ToState {
            control: control.id.clone(),
            parts: state.to_state.iter().map(ToString::to_string).collect(),
        })
        .collect()
}

fn member(membership: &Membership) -> Option<Member> {
    let names = |names: &std::collections::BTreeSet<Text>| {
        names.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    Some(Member {
        namespaces: names(&membership.namespaces),
        namespace_selector: membership.namespace_selector.as_ref().map(selector),
        nodes: names(&membership.nodes),
        node_selector: membership.node_selector.as_ref().map(selector),
    })
    .filter(|member| *member != Member::default())
}

/// As kubectl writes selectors.
fn selector(selector: &LabelSelector) -> String {
    let requirement = |requirement: &Requirement| {
        let key = &requirement.key;
        match (requirement.operator, requirement.values.as_slice()) {
            (Operator::In, [value]) => format!("{key}={value}"),
            (Operator::In, values) => format!("{key} in ({})", values.join(",")),
            (Operator::NotIn, [value]) => format!("{key}!={value}"),
            (Operator::NotIn, values) => format!("{key} notin ({})", values.join(",")),
            (Operator::Exists, _) => key.to_string(),
            (Operator::DoesNotExist, _) => format!("!{key}"),
        }
    };
    let all: Vec<String> = selector.requirements.iter().map(requirement).collect();
    all.join(",")
}
