//! What a declared scope changes, and what it does not: nobody is let off by a label.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use assay_engine::{Engine, Membership, Profile, Scope, ScopeClass, SectionState, full};
use assay_inventory::view::{LabelSelector, Operator, Requirement};
use assay_inventory::{Changes, Delta, Inventory, Kind, ObjectKey, Subject, decode};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

fn now() -> DateTime<Utc> {
    "2026-11-20T12:00:00Z".parse().expect("a time")
}

fn inventory(labels: &Value) -> Inventory {
    let mut inventory = Inventory::new(now());
    let namespace = json!({"metadata": {"name": "web", "labels": labels}});
    let pod = json!({"metadata": {"name": "a", "namespace": "web"}, "spec": {"containers": [
        {"name": "app", "image": "a", "securityContext": {"privileged": true}}]}});
    for (kind, key, object) in [
        (Kind::Namespace, ObjectKey::new("", "web"), namespace),
        (Kind::Pod, ObjectKey::new("web", "a"), pod),
    ] {
        let object = decode(kind, &object.to_string(), &[]).map(Box::new);
        let delta = Delta::Upsert { kind, key, object };
        inventory.apply(delta, &mut Changes::default());
    }
    for kind in Kind::ALL {
        inventory.apply(Delta::Listed(kind), &mut Changes::default());
    }
    inventory
}

fn profile(scope: Scope) -> Profile {
    Profile {
        name: "pci".into(),
        scope,
        ..Profile::default()
    }
}

/// The namespace of the tests, by name.
fn by_name() -> Membership {
    Membership {
        namespaces: ["web".into()].into(),
        ..Membership::default()
    }
}

/// The same by label.
fn by_label() -> Membership {
    let requirement = Requirement {
        key: "pci".into(),
        operator: Operator::In,
        values: vec!["out".into()],
    };
    Membership {
        namespace_selector: Some(LabelSelector {
            requirements: vec![requirement],
        }),
        ..Membership::default()
    }
}

fn section(engine: &Engine, inventory: &Inventory, number: u8) -> SectionState {
    let mut sections = assay_catalog::sections().iter();
    let section = sections.find(|section| section.number == number).unwrap();
    engine.section(section, inventory)
}

fn reasons(scope: Scope, number: u8) -> Vec<&'static str> {
    let inventory = inventory(&json!({}));
    let engine = full(&inventory, profile(scope), now());
    let controls = section(&engine, &inventory, number).controls;
    let why = controls.into_iter().filter_map(|control| control.why);
    let mut reasons: Vec<&str> = why.map(|(reason, _)| reason).collect();
    reasons.dedup();
    reasons
}

#[test]
fn without_a_cardholder_data_environment_nothing_is_said_of_segmentation() {
    let out = Scope {
        out_of_scope: by_name(),
        ..Scope::default()
    };
    for scope in [Scope::default(), out] {
        assert_eq!(
            reasons(scope.clone(), 16),
            ["ScopeNotDeclared"],
            "{scope:?}"
        );
        assert!(!reasons(scope, 3).contains(&"ScopeNotDeclared"));
    }
    let cde = Membership {
        nodes: ["n1".into()].into(),
        ..Membership::default()
    };
    let declared = Scope {
        cde,
        ..Scope::default()
    };
    assert_eq!(reasons(declared, 16), ["NotYetJudged"]);
}

#[test]
fn the_message_names_the_field_and_the_profile() {
    let inventory = inventory(&json!({}));
    let engine = full(&inventory, profile(Scope::default()), now());
    let control = section(&engine, &inventory, 16).controls.remove(0);
    let (_, message) = control.why.unwrap();
    assert!(
        message.starts_with("spec.scope.cde of ComplianceProfile pci lists no namespace"),
        "{message}"
    );
}

#[test]
fn what_is_out_of_scope_is_judged_all_the_same() {
    let inventory = inventory(&json!({"pci": "out"}));
    let out = Scope {
        out_of_scope: Membership {
            namespaces: by_name().namespaces,
            ..by_label()
        },
        ..Scope::default()
    };
    let judged = full(&inventory, profile(out), now());
    let same = full(&inventory, profile(Scope::default()), now());
    let outcomes = |engine: &Engine| format!("{:?}", engine.outcomes().collect::<Vec<_>>());
    assert_eq!(outcomes(&judged), outcomes(&same));
    assert!(outcomes(&judged).contains("privileged"));
}

#[test]
fn of_several_parts_the_strictest_counts() {
    let inventory = inventory(&json!({"pci": "out"}));
    let none = Membership::default;
    let class = |cde: Membership, connected_to: Membership, out_of_scope: Membership| {
        let scope = Scope {
            cde,
            connected_to,
            out_of_scope,
        };
        scope.class(&Subject::Namespace("web".into()), &inventory)
    };
    assert_eq!(class(none(), none(), none()), ScopeClass::InScope);
    assert_eq!(class(none(), none(), by_label()), ScopeClass::OutOfScope);
    assert_eq!(
        class(none(), by_label(), by_name()),
        ScopeClass::ConnectedTo
    );
    assert_eq!(class(by_name(), none(), by_label()), ScopeClass::Cde);
}
