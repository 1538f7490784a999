//! A snapshot made by hand, so that the tests of the formats do not change with every new check.

use assay_checks::{CheckKind, Origin, Severity};
use assay_engine::{Basis, CheckStatus, ControlCounts, FindingCounts, Verdict};

use crate::{
    Assay, Check, Cluster, Control, Detail, Exception, Finding, Member, NotJudged, Resource, Scope,
    SectionSummary, Snapshot, Summary, ToState, Unknown, Unread,
};

pub(super) fn snapshot() -> Snapshot {
    Snapshot {
        version: 1,
        time: "2026-11-20T10:40:00.987Z".parse().unwrap(),
        assay: Assay {
            version: "1.2.3".to_owned(),
            check_set: "2-00000000".to_owned(),
        },
        cluster: Cluster::default(),
        profile: "pci".to_owned(),
        scope: Scope {
            cde: Some(Member {
                namespaces: vec!["cards".to_owned()],
                namespace_selector: Some("zone=pci".to_owned()),
                ..Member::default()
            }),
            ..Scope::default()
        },
        summary: summary(),
        controls: vec![
            control(
                "2.1",
                "Least privilege, no blanket admin rights",
                Verdict::NotMet,
                vec![check("cluster-admin-binding", CheckStatus::Fail, 3, 2)],
            ),
            control(
                "4.3",
                "Management traffic encrypted",
                Verdict::Unknown,
                Vec::new(),
            ),
        ],
        findings: findings(),
    }
}

fn counts() -> ControlCounts {
    ControlCounts {
        not_met: 1,
        unknown: 1,
        ..ControlCounts::default()
    }
}

fn summary() -> Summary {
    let findings = FindingCounts {
        critical: 1,
        high: 1,
        advisory: 1,
        cde: 1,
        ..FindingCounts::default()
    };
    let section =
        |section, title: &str, verdict, controls: ControlCounts, findings| SectionSummary {
            section,
            title: title.to_owned(),
            verdict,
            controls_text: controls.to_string(),
            controls,
            findings,
        };
    let one = |not_met, unknown| ControlCounts {
        not_met,
        unknown,
        ..ControlCounts::default()
    };
    Summary {
        verdict: Verdict::NotMet,
        controls_text: counts().to_string(),
        controls: counts(),
        findings,
        sections: vec![
            section(2, "Authorization", Verdict::NotMet, one(1, 0), findings),
            section(
                4,
                "Network security",
                Verdict::Unknown,
                one(0, 1),
                FindingCounts::default(),
            ),
        ],
        unknown: vec![
            Unknown {
                reason: "Unreachable".to_owned(),
                message: "no cluster was asked".to_owned(),
                controls: vec!["2.1".to_owned()],
                checks: vec!["some-check".to_owned()],
                partly: false,
            },
            partly("10.1", "patches of nodes"),
            partly("2.1", "rights that webhook or cloud authorizers give"),
        ],
        to_state: vec![ToState {
            control: "2.3".to_owned(),
            parts: vec!["entitlement-review".to_owned()],
        }],
        not_judged: [
            ("v1", "Endpoints", 3),
            ("extensions/v1beta1", "DaemonSet", 1),
        ]
        .map(|(api_version, kind, count)| NotJudged {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            count,
        })
        .to_vec(),
        unread: vec![Unread {
            place: "a.yaml: document 2, line 9".to_owned(),
            message: "a tab stands where the indentation must be spaces; replace the tab"
                .to_owned(),
        }],
    }
}

fn partly(control: &str, parts: &str) -> Unknown {
    Unknown {
        reason: "NotYetJudged".to_owned(),
        message: format!("this version of Assay does not judge yet: {parts}"),
        controls: vec![control.to_owned()],
        checks: Vec::new(),
        partly: true,
    }
}

fn control(id: &str, title: &str, verdict: Verdict, checks: Vec<Check>) -> Control {
    Control {
        id: id.to_owned(),
        title: title.to_owned(),
        section: 2,
        verdict,
        basis: Basis::Observed,
        checks,
    }
}

fn check(id: &str, status: CheckStatus, evaluated: u32, failed: u32) -> Check {
    Check {
        id: id.to_owned(),
        version: 1,
        kind: CheckKind::Requirement,
        severity: Severity::Critical,
        status,
        evaluated,
        failed,
        excepted: 0,
        unknown: 1,
        reason: Some("Unparseable".to_owned()),
    }
}

fn findings() -> Vec<Finding> {
    let binding = Finding {
        check: "cluster-admin-binding".to_owned(),
        control: "2.1".to_owned(),
        kind: CheckKind::Requirement,
        severity: Severity::Critical,
        resource: Resource {
            api_version: "rbac.authorization.k8s.io/v1".to_owned(),
            kind: "ClusterRoleBinding".to_owned(),
            namespace: None,
            name: "ops".to_owned(),
        },
        message: "ClusterRoleBinding ops: roleRef cluster-admin gives Group ops every right over the whole cluster"
            .to_owned(),
        details: Vec::new(),
        remediation: "Bind a role with just the rules the holder uses.".to_owned(),
        since: None,
        origin: Origin::Workload,
        cde: false,
        exception: None,
        title: "Every right is granted".to_owned(),
        place: Some("rbac.yaml:3".to_owned()),
    };
    let hostile = Finding {
        severity: Severity::High,
        message: "RoleBinding shop/\u{1b}[2Jdeploy: \u{202e}gives every right".to_owned(),
        resource: Resource {
            kind: "RoleBinding".to_owned(),
            namespace: Some("shop".to_owned()),
            ..binding.resource.clone()
        },
        since: Some("2026-11-01T00:00:00.5Z".parse().unwrap()),
        cde: true,
        ..binding.clone()
    };
    let advisory = Finding {
        check: "some-check".to_owned(),
        kind: CheckKind::Advisory,
        severity: Severity::Medium,
        title: "Some advice".to_owned(),
        details: ["a", "b", "c", "d"]
            .map(|name| Detail {
                container: Some(name.to_owned()).filter(|name| name != "a"),
                field: format!("containers[{name}].image"),
                value: "latest".to_owned(),
            })
            .to_vec(),
        exception: Some(Exception {
            name: "until-spring".to_owned(),
            type_: "RiskAccepted".to_owned(),
        }),
        place: None,
        ..binding.clone()
    };
    vec![binding, hostile, advisory]
}
