//! What to fix first: card data before the rest, the severest before the most.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

#[expect(dead_code, reason = "this test needs objects alone")]
mod world;

use assay_checks::CheckKind;
use assay_engine::{Engine, Outcome, Profile, full};
use assay_inventory::{Changes, Delta, Inventory, Kind};
use chrono::DateTime;

const SHOP: &str = r#"
apiVersion: v1
kind: Namespace
metadata: {name: pay}
---
apiVersion: v1
kind: Namespace
metadata: {name: web}
---
apiVersion: v1
kind: Pod
metadata: {name: card, namespace: pay}
spec: {containers: [{name: c, image: "r.example.com/card:1.0", securityContext: {privileged: true}}]}
---
apiVersion: v1
kind: Pod
metadata: {name: node-shell, namespace: web}
spec: {hostPID: true, hostNetwork: true, containers: [{name: c, image: shell, securityContext: {privileged: true}}]}
---
apiVersion: v1
kind: Pod
metadata: {name: blog, namespace: web}
spec: {containers: [{name: c, image: blog}]}
"#;

fn judged(profile: Profile) -> (Inventory, Engine) {
    let now = DateTime::UNIX_EPOCH;
    let mut inventory = Inventory::new(now);
    let deltas = world::objects(SHOP).unwrap();
    let seen = Kind::ALL.into_iter().map(Delta::Listed);
    for delta in deltas.into_iter().chain(seen) {
        inventory.apply(delta, &mut Changes::default());
    }
    let engine = full(&inventory, profile, now);
    (inventory, engine)
}

#[test]
fn card_data_comes_first_then_the_severest_then_the_most() {
    let (inventory, engine) = judged(Profile::default());
    let first = |engine: &Engine| {
        let remedies = engine.fix_first(&inventory, 2);
        let names = remedies.iter().map(|remedy| remedy.worst.subject.name());
        names.map(|name| name.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(
        first(&engine),
        ["node-shell", "card"],
        "both are critical, one has more"
    );

    let mut profile = Profile::default();
    profile.scope.cde.namespaces.insert("pay".into());
    let (_, engine) = judged(profile);
    assert_eq!(first(&engine)[0], "card");
}

#[test]
fn what_it_closes_are_the_requirements_that_fail_on_the_object() {
    let (inventory, engine) = judged(Profile::default());
    let remedies = engine.fix_first(&inventory, 100);
    assert!(remedies.len() > 3);
    for remedy in remedies {
        let failing = engine.outcomes().filter(|(subject, check, outcome)| {
            *subject == remedy.worst.subject
                && check.meta.kind == CheckKind::Requirement
                && matches!(outcome, Outcome::Fail(_))
        });
        assert_eq!(failing.count(), remedy.closes as usize);
    }
}
