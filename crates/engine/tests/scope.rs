//! What a declared scope changes, and what it does not: nobody is let off by a label.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use assay_engine::{Engine, Profile, ScopeClass, SectionState, full};
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

fn profile(scope: &Value) -> Profile {
    Profile::read("pci", &json!({"scope": scope})).expect("a profile")
}

fn section(engine: &Engine, inventory: &Inventory, number: u8) -> SectionState {
    let mut sections = assay_catalog::sections().iter();
    let section = sections.find(|section| section.number == number).unwrap();
    engine.section(section, inventory)
}

fn reasons(scope: &Value, number: u8) -> Vec<&'static str> {
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
    let out = json!({"outOfScope": {"namespaces": {"names": ["web"]}}});
    for scope in [json!({}), out] {
        assert_eq!(reasons(&scope, 16), ["ScopeNotDeclared"], "{scope}");
        assert!(!reasons(&scope, 3).contains(&"ScopeNotDeclared"));
    }
    let cde = json!({"cde": {"nodes": {"names": ["n1"]}}});
    assert_eq!(reasons(&cde, 16), ["NotYetJudged"]);
}

#[test]
fn the_message_names_the_field_and_the_profile() {
    let inventory = inventory(&json!({}));
    let engine = full(&inventory, profile(&json!({})), now());
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
    let out = profile(&json!({"outOfScope": {"namespaces": {
        "names": ["web"], "selector": {"matchLabels": {"pci": "out"}}}}}));
    let judged = full(&inventory, out, now());
    let same = full(&inventory, Profile::read("pci", &json!({})).unwrap(), now());
    let outcomes = |engine: &Engine| format!("{:?}", engine.outcomes().collect::<Vec<_>>());
    assert_eq!(outcomes(&judged), outcomes(&same));
    assert!(outcomes(&judged).contains("privileged"));
}

#[test]
fn of_several_parts_the_strictest_counts() {
    let inventory = inventory(&json!({"pci": "out"}));
    let by_label = json!({"namespaces": {"selector": {"matchLabels": {"pci": "out"}}}});
    let by_name = json!({"namespaces": {"names": ["web"]}});
    let namespace = Subject::Namespace("web".into());
    for (scope, class) in [
        (json!({"outOfScope": by_label}), ScopeClass::OutOfScope),
        (
            json!({"outOfScope": by_name, "connectedTo": by_label}),
            ScopeClass::ConnectedTo,
        ),
        (
            json!({"outOfScope": by_label, "cde": by_name}),
            ScopeClass::Cde,
        ),
        (json!({}), ScopeClass::InScope),
    ] {
        assert_eq!(
            profile(&scope).scope.class(&namespace, &inventory),
            class,
            "{scope}"
        );
    }
}
