//! A snapshot says neither more nor less than the engine knows.

use std::collections::BTreeSet;

use assay_checks::{CheckKind, Severity};
use assay_engine::{CheckSetting, CheckStatus, Engine, Profile, Verdict, full};
use assay_inventory::view::{LabelSelector, Operator, Requirement};
use assay_inventory::{
    Changes, Delta, Inventory, Kind, ObjectKey, Reason, SubjectKind, decode, identity,
};
use chrono::{DateTime, Utc};

use crate::{Assessment, Cluster, Snapshot, Unread};

const SHOP: &str = r#"
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {template: {spec: {containers: [{name: app, image: a, securityContext: {privileged: true}}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: odd, namespace: shop}
spec: {template: {spec: {containers: [{name: app, image: a, securityContext: {privileged: "yes"}}]}}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: ops}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: ops}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: all, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: "system:authenticated"}]
"#;

fn now() -> DateTime<Utc> {
    "2026-11-20T10:40:00Z".parse().unwrap()
}

fn inventory(yaml: &str, blind: &[Kind]) -> Inventory {
    let mut inventory = Inventory::new(now());
    let mut apply = |delta| inventory.apply(delta, &mut Changes::default());
    let documents: Vec<serde_json::Value> = serde_saphyr::from_multiple(yaml).unwrap();
    for document in documents {
        let text = |field: &str| document[field].as_str().unwrap();
        let kind = Kind::named(text("apiVersion"), text("kind")).unwrap();
        let json = document.to_string();
        let (namespace, name, _) = identity(&json).unwrap();
        apply(Delta::Upsert {
            kind,
            key: ObjectKey::new(namespace, name),
            object: decode(kind, &json, assay_checks::extractors()).map(Box::new),
        });
    }
    for kind in Kind::ALL {
        apply(if blind.contains(&kind) {
            Delta::Lost {
                kind,
                reason: Reason::Forbidden,
                at: now(),
                message: "forbidden".into(),
            }
        } else {
            Delta::Listed(kind)
        });
    }
    inventory
}

fn snapshot_of(inventory: &Inventory, engine: &Engine, unread: usize) -> Snapshot {
    let some = Unread {
        place: "a.yaml".to_owned(),
        message: "odd".to_owned(),
    };
    Assessment {
        engine,
        inventory,
        time: now(),
        cluster: Cluster::default(),
        not_judged: Vec::new(),
        unread: vec![some; unread],
        place: &|subject| Some(format!("{}.yaml:1", subject.name())),
    }
    .snapshot()
}

fn snapshot(blind: &[Kind], unread: usize) -> Snapshot {
    let inventory = inventory(SHOP, blind);
    let engine = full(&inventory, Profile::default(), now());
    snapshot_of(&inventory, &engine, unread)
}

#[test]
fn it_agrees_with_the_engine() {
    let inventory = inventory(SHOP, &[]);
    let engine = full(&inventory, Profile::default(), now());
    let (verdict, sections) = engine.sections(&inventory);
    let snapshot = snapshot_of(&inventory, &engine, 0);
    assert_eq!(snapshot.summary.verdict, verdict);
    assert_eq!(snapshot.summary.sections.len(), sections.len());
    for (ours, theirs) in snapshot.summary.sections.iter().zip(&sections) {
        assert_eq!(ours.verdict, theirs.verdict, "{}", ours.title);
        assert_eq!(ours.controls, theirs.counts, "{}", ours.title);
        assert_eq!(ours.findings, theirs.findings, "{}", ours.title);
    }
    let failed: u32 = snapshot
        .controls
        .iter()
        .flat_map(|control| &control.checks)
        .map(|check| check.failed)
        .sum();
    assert_eq!(usize::try_from(failed).unwrap(), snapshot.findings.len());
}

#[test]
fn findings_come_worst_first_and_name_their_object() {
    let snapshot = snapshot(&[], 0);
    assert!(worst_first(&snapshot).is_sorted());
    let of = |check: &str| {
        snapshot
            .findings
            .iter()
            .find(|finding| finding.check == check)
            .unwrap()
    };
    let binding = of("cluster-admin-binding");
    assert_eq!(
        binding.severity,
        Severity::Critical,
        "for a crowd, worse than High"
    );
    assert_eq!(binding.resource.kind, "RoleBinding");
    assert_eq!(binding.resource.namespace.as_deref(), Some("shop"));
    assert_eq!(binding.place.as_deref(), Some("all.yaml:1"));
    let privileged = of("privileged-container");
    assert_eq!(privileged.details[0].container.as_deref(), Some("app"));
}

/// As the operator orders them, too.
fn worst_first(snapshot: &Snapshot) -> Vec<(CheckKind, bool, Severity)> {
    let findings = snapshot.findings.iter();
    findings
        .map(|finding| (finding.kind, !finding.cde, finding.severity))
        .collect()
}

#[test]
fn what_is_inside_the_cardholder_data_environment_comes_before_what_is_severer() {
    let inventory = inventory(SHOP, &[]);
    let mut profile = Profile::default();
    profile.scope.cde.namespaces.insert("shop".into());
    let engine = full(&inventory, profile, now());
    let order = worst_first(&snapshot_of(&inventory, &engine, 0));
    assert!(order.is_sorted(), "{order:?}");
    let inside = |(kind, is_outside, _): &(CheckKind, bool, Severity)| {
        (*kind == CheckKind::Requirement).then_some(!is_outside)
    };
    let requirements: BTreeSet<bool> = order.iter().filter_map(inside).collect();
    assert_eq!(
        requirements.len(),
        2,
        "some inside and some outside: {order:?}"
    );
}

#[test]
fn a_namespace_is_no_object_inside_itself() {
    let alone = SHOP
        .split("---")
        .filter(|text| !text.contains("odd"))
        .collect::<Vec<_>>()
        .join("---");
    let inventory = inventory(&alone, &[]);
    let engine = full(&inventory, Profile::default(), now());
    let snapshot = snapshot_of(&inventory, &engine, 0);
    let finding = snapshot
        .findings
        .iter()
        .find(|finding| finding.resource.kind == "Namespace");
    assert_eq!(finding.unwrap().resource.namespace, None);
}

#[test]
fn every_unknown_has_its_cause() {
    for (blind, unread) in [
        (&[][..], 0),
        (&[][..], 1),
        (&[Kind::Pod, Kind::ClusterRole, Kind::NetworkPolicy][..], 0),
        (&Kind::ALL[..], 0),
    ] {
        let snapshot = snapshot(blind, unread);
        let causes = &snapshot.summary.unknown;
        let controls: BTreeSet<&str> = causes
            .iter()
            .flat_map(|cause| &cause.controls)
            .map(String::as_str)
            .collect();
        let checks: BTreeSet<&str> = causes
            .iter()
            .flat_map(|cause| &cause.checks)
            .map(String::as_str)
            .collect();
        for control in &snapshot.controls {
            if control.verdict == Verdict::Unknown {
                assert!(controls.contains(control.id.as_str()), "{}", control.id);
            }
            for check in control.checks.iter().filter(|check| check.unknown > 0) {
                assert!(checks.contains(check.id.as_str()), "{}", check.id);
                assert!(check.reason.is_some(), "{}", check.id);
            }
        }
    }
}

#[test]
fn an_unreadable_object_is_unknown_by_name() {
    let causes = snapshot(&[], 0).summary.unknown;
    let named = |text: &str| {
        causes
            .iter()
            .any(|cause| cause.reason == "Unparseable" && cause.message.contains(text))
    };
    assert!(named(
        "Deployment shop/odd cannot be read: spec.template.spec.containers[0].securityContext.privileged"
    ));
}

#[test]
fn what_was_not_read_lets_nothing_pass() {
    let (whole, torn) = (snapshot(&[], 0), snapshot(&[], 1));
    // Those of the cluster as a whole rest on evidence.
    let of_objects = |id: &str| {
        let check = assay_checks::find(id).unwrap();
        check.rule.judge.subject_kind() != SubjectKind::Cluster
    };
    for (whole, torn) in whole.controls.iter().zip(&torn.controls) {
        if whole.verdict == Verdict::NotMet {
            assert_eq!(torn.verdict, Verdict::NotMet, "{}", torn.id);
        } else {
            assert!(
                !matches!(torn.verdict, Verdict::Met | Verdict::NotApplicable),
                "{}",
                torn.id
            );
        }
        for (whole, torn) in whole.checks.iter().zip(&torn.checks) {
            let pass = matches!(torn.status, CheckStatus::Pass | CheckStatus::NotApplicable);
            assert!(!pass, "{}", torn.id);
            // What the profile does not want asked is unknown whatever the objects are.
            let is_off = whole.reason.as_deref() == Some("DisabledByProfile");
            let more = u32::from(!is_off && (of_objects(&torn.id) || torn.unknown > whole.unknown));
            assert_eq!(torn.unknown, whole.unknown + more, "{}", torn.id);
            assert_eq!(torn.evaluated, whole.evaluated + more, "{}", torn.id);
            assert_eq!(torn.failed, whole.failed, "{}", torn.id);
        }
    }
    assert_eq!(whole.findings, torn.findings);
}

#[test]
fn what_the_profile_switches_off_is_said() {
    let requirement = |key: &str, operator, values: &[&str]| Requirement {
        key: key.into(),
        operator,
        values: values.iter().copied().map(Into::into).collect(),
    };
    let mut profile = Profile {
        name: "mine".into(),
        ..Profile::default()
    };
    profile.scope.cde.namespaces.insert("shop".into());
    profile.scope.cde.namespace_selector = Some(LabelSelector {
        requirements: vec![
            requirement("zone", Operator::In, &["a", "b"]),
            requirement("dev", Operator::DoesNotExist, &[]),
        ],
    });
    let off = CheckSetting {
        disabled: Some("judged elsewhere".into()),
        severity: None,
    };
    profile.checks.insert("privileged-container".into(), off);
    let inventory = inventory(SHOP, &[]);
    let engine = full(&inventory, profile, now());
    let snapshot = snapshot_of(&inventory, &engine, 1);
    assert_eq!(snapshot.profile, "mine");
    let cde = snapshot.scope.cde.unwrap();
    assert_eq!(
        cde.namespace_selector.as_deref(),
        Some("zone in (a,b),!dev")
    );
    assert!(snapshot.findings.iter().any(|finding| finding.cde));
    let off = snapshot
        .summary
        .unknown
        .iter()
        .find(|cause| cause.checks == ["privileged-container"])
        .unwrap();
    assert_eq!(off.reason, "DisabledByProfile");
    assert_eq!(off.message, "switched off by the profile: judged elsewhere");
}
