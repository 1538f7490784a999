//! What Kubernetes itself grants is no finding as shipped, and is one as soon as anybody is added.

use std::collections::{BTreeMap, BTreeSet};

use assay_checks::platform::{StockBinding, stock_binding, stock_bindings, stock_roles};
use assay_checks::{Origin, Severity};
use assay_engine::{Engine, Outcome, Profile, full};
use assay_inventory::view::{Binding, Meta, Object, RbacSubject, RoleRef, SubjectKind};
use assay_inventory::{Changes, Delta, Identity, Inventory, Kind, ObjectKey, Subject};
use chrono::{DateTime, Utc};

const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

fn binding(stock: &StockBinding) -> Binding {
    let subjects = stock
        .subjects
        .iter()
        .map(|(kind, namespace, name)| RbacSubject {
            kind: *kind,
            namespace: (*namespace).into(),
            name: (*name).into(),
        });
    Binding {
        meta: Meta {
            namespace: stock.namespace.into(),
            name: stock.name.into(),
            ..Meta::default()
        },
        role: RoleRef {
            cluster: stock.cluster_role,
            name: stock.role.into(),
        },
        subjects: subjects.collect(),
    }
}

fn eve() -> RbacSubject {
    RbacSubject {
        kind: SubjectKind::User,
        namespace: "".into(),
        name: "oidc:eve".into(),
    }
}

/// A cluster with the stock roles and these bindings.
fn judged(bindings: &[Binding], profile: Profile) -> Engine {
    let mut inventory = Inventory::new(NOW);
    let mut changes = Changes::default();
    let mut put = |kind: Kind, key: ObjectKey, object: Object| {
        let object = Ok(Box::new(object));
        inventory.apply(Delta::Upsert { kind, key, object }, &mut changes);
    };
    for (key, role) in stock_roles() {
        let kind = if key.namespace.is_empty() {
            Kind::ClusterRole
        } else {
            Kind::Role
        };
        put(kind, key, Object::Role(role.clone()));
    }
    for binding in bindings {
        let meta = &binding.meta;
        let kind = if meta.namespace.is_empty() {
            Kind::ClusterRoleBinding
        } else {
            Kind::RoleBinding
        };
        let key = ObjectKey::new(meta.namespace.clone(), meta.name.clone());
        put(kind, key, Object::Binding(binding.clone()));
    }
    for kind in Kind::ALL {
        inventory.apply(Delta::Listed(kind), &mut changes);
    }
    full(&inventory, profile, NOW)
}

/// Failing checks by binding.
fn failing(engine: &Engine) -> BTreeMap<String, BTreeSet<&'static str>> {
    let mut failing: BTreeMap<String, BTreeSet<&'static str>> = BTreeMap::new();
    for (subject, check, outcome) in engine.outcomes() {
        if matches!(subject, Subject::Binding(_)) && matches!(outcome, Outcome::Fail(_)) {
            failing
                .entry(subject.to_string())
                .or_default()
                .insert(check.meta.id);
        }
    }
    failing
}

#[test]
fn every_stock_binding_is_known_as_itself() {
    for stock in stock_bindings() {
        let found = stock_binding(&binding(stock));
        let itself = found.is_some_and(|found| std::ptr::eq(found, stock));
        assert!(itself, "{}", stock.name);
    }
}

#[test]
fn the_stock_policy_has_no_findings() {
    let bindings: Vec<Binding> = stock_bindings().map(binding).collect();
    let engine = judged(&bindings, Profile::default());
    assert_eq!(failing(&engine), BTreeMap::new());
}

#[test]
fn a_subject_more_ends_every_exemption() {
    let bindings: Vec<Binding> = stock_bindings()
        .map(|stock| {
            let mut binding = binding(stock);
            binding.subjects.push(eve());
            binding
        })
        .collect();
    let engine = judged(&bindings, Profile::default());
    for (subject, check, outcome) in engine.outcomes() {
        if let Outcome::NotApplicable(fact) = outcome {
            assert!(
                !fact.contains("stock"),
                "{}: {subject}: {fact}",
                check.meta.id
            );
        }
    }
    let failing = failing(&engine);
    let of = |name: &str| failing.get(name).cloned().unwrap_or_default();
    assert!(of("ClusterRoleBinding cluster-admin").contains("cluster-admin-binding"));
    assert!(of("ClusterRoleBinding cluster-admin").contains("masters-binding"));
    assert!(of("ClusterRoleBinding system:node").contains("node-role-bound"));
    assert!(of("ClusterRoleBinding system:public-info-viewer").contains("anonymous-binding"));
    assert!(of("ClusterRoleBinding kubeadm:apiserver-kubelet-client").contains("nodes-proxy"));
    assert!(of("RoleBinding kube-system/system:controller:token-cleaner").contains("secrets-read"));
    let garbage = of("ClusterRoleBinding system:controller:generic-garbage-collector");
    assert!(garbage.contains("secrets-read") && garbage.contains("wildcard-rule"));
}

/// A binding of a stock role to eve; cluster-wide where the namespace is empty.
fn grant(namespace: &str, role: &str) -> Binding {
    Binding {
        meta: Meta {
            namespace: namespace.into(),
            name: role.into(),
            ..Meta::default()
        },
        role: RoleRef {
            cluster: true,
            name: role.into(),
        },
        subjects: vec![eve()],
    }
}

/// The built-in roles by what they hold, each right a check of its own.
#[test]
fn built_in_roles_in_a_namespace_are_judged_right_by_right() {
    let roles = ["view", "edit", "admin"];
    let bindings: Vec<Binding> = ["", "shop"]
        .iter()
        .flat_map(|namespace| roles.iter().map(|role| grant(namespace, role)))
        .collect();
    let failing = failing(&judged(&bindings, Profile::default()));
    let of =
        |name: &str| -> Vec<&str> { failing.get(name).into_iter().flatten().copied().collect() };
    for role in roles {
        assert_eq!(
            of(&format!("ClusterRoleBinding {role}")),
            ["admin-edit-cluster-wide"]
        );
    }
    assert_eq!(of("RoleBinding shop/view"), [""; 0]);
    let edit = [
        "event-delete",
        "impersonate",
        "network-policy-write",
        "pod-create-in-namespace",
        "pod-exec",
        "secrets-read",
        "token-mint",
    ];
    assert_eq!(of("RoleBinding shop/edit"), edit);
    let mut admin = edit.to_vec();
    admin.insert(0, "escalate-bind");
    assert_eq!(of("RoleBinding shop/admin"), admin);
}

#[test]
fn break_glass_identities_may_hold_what_they_need() {
    let mut profile = Profile::default();
    profile.params.break_glass = BTreeSet::from([Identity::of(&eve())]);
    let bindings = [
        "cluster-admin",
        "edit",
        "system:node",
        "system:kubelet-api-admin",
    ]
    .map(|role| {
        let mut binding = grant("", role);
        binding.meta.name = format!("sealed-{role}").into();
        binding
    });
    let engine = judged(&bindings, profile);
    assert_eq!(failing(&engine), BTreeMap::new());
}

#[test]
fn reach_decides_severity() {
    let bindings = [
        grant("", "view"),
        grant("", "edit"),
        grant("shop", "edit"),
        grant("kube-system", "edit"),
        grant("", "system:kubelet-api-admin"),
        grant("", "system:controller:generic-garbage-collector"),
    ];
    let engine = judged(&bindings, Profile::default());
    let severity = |check: &str, subject: &str| {
        let check = assay_checks::find(check)?;
        let mut findings = engine.findings(check);
        let finding = findings.find(|finding| finding.subject.to_string() == subject)?;
        Some(finding.severity)
    };
    for (check, subject, expected) in [
        (
            "admin-edit-cluster-wide",
            "ClusterRoleBinding view",
            Severity::Medium,
        ),
        (
            "admin-edit-cluster-wide",
            "ClusterRoleBinding edit",
            Severity::High,
        ),
        ("secrets-read", "RoleBinding shop/edit", Severity::Medium),
        (
            "pod-create-in-namespace",
            "RoleBinding shop/edit",
            Severity::Medium,
        ),
        ("pod-create", "RoleBinding kube-system/edit", Severity::High),
        (
            "kube-system-configmap-write",
            "RoleBinding kube-system/edit",
            Severity::High,
        ),
        (
            "network-policy-write",
            "RoleBinding shop/edit",
            Severity::Low,
        ),
        (
            "nodes-proxy",
            "ClusterRoleBinding system:kubelet-api-admin",
            Severity::High,
        ),
        (
            "wildcard-rule",
            "ClusterRoleBinding system:controller:generic-garbage-collector",
            Severity::High,
        ),
    ] {
        assert_eq!(
            severity(check, subject),
            Some(expected),
            "{check}: {subject}"
        );
    }
}

#[test]
fn grants_of_add_ons_are_findings_that_say_whose_they_are() {
    let controller = RbacSubject {
        kind: SubjectKind::ServiceAccount,
        namespace: "argocd".into(),
        name: "argocd-application-controller".into(),
    };
    let granted = |name: &str, subjects: Vec<RbacSubject>| Binding {
        meta: Meta {
            name: name.into(),
            ..Meta::default()
        },
        role: RoleRef {
            cluster: true,
            name: "cluster-admin".into(),
        },
        subjects,
    };
    let origin = |binding: Binding| {
        let subject = Subject::Binding(ObjectKey::new("", binding.meta.name.clone()));
        let engine = judged(&[binding], Profile::default());
        match engine.outcome("cluster-admin-binding", &subject) {
            Some(Outcome::Fail(violation)) => Some(violation.origin),
            _ => None,
        }
    };
    let name = "argocd-application-controller";
    let theirs = granted(name, vec![controller.clone()]);
    assert_eq!(origin(theirs), Some(Origin::ThirdParty));
    let ours = granted(name, vec![controller, eve()]);
    assert_eq!(origin(ours), Some(Origin::Workload));
}
