//! What comes while a kind comes into sight: of that kind nobody knows since when it is there, of others everybody does.

#![allow(
    clippy::expect_used,
    clippy::needless_pass_by_value,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;

use assay_engine::{Engine, Profile};
use assay_inventory::{
    Changes, Delta, Inventory, Kind, ObjectKey, Reason, Subject, ThirdParty, decode,
};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

const DESCRIBED: Kind = Kind::ThirdParty(ThirdParty::AckCluster);

fn upsert(kind: Kind, namespace: &str, name: &str, mut object: Value) -> Delta {
    let fields = object.as_object_mut().expect("an object");
    fields.insert(
        "metadata".to_owned(),
        json!({"name": name, "namespace": namespace}),
    );
    Delta::Upsert {
        kind,
        key: ObjectKey::new(namespace, name),
        object: decode(kind, &object.to_string(), &[]).map(Box::new),
    }
}

fn settle(engine: &mut Engine, inventory: &mut Inventory, deltas: Vec<Delta>, now: DateTime<Utc>) {
    let mut changes = Changes::default();
    for delta in deltas {
        inventory.apply(delta, &mut changes);
    }
    engine.mark(&changes);
    while engine.settle(inventory, now, usize::MAX) {}
}

#[test]
fn what_is_of_another_kind_has_a_known_beginning() {
    let now: DateTime<Utc> = "2026-11-20T12:00:00Z".parse().expect("a time");
    let mut inventory = Inventory::new(now);
    let mut engine = Engine::new(Profile::default());
    let lost = Delta::Lost {
        kind: DESCRIBED,
        reason: Reason::Forbidden,
        at: now,
        message: "may not".into(),
    };
    let mut first: Vec<Delta> = Kind::ALL
        .into_iter()
        .filter(|kind| *kind != DESCRIBED)
        .map(Delta::Listed)
        .collect();
    first.push(lost);
    first.push(upsert(Kind::Namespace, "", "infra", json!({})));
    settle(&mut engine, &mut inventory, first, now);
    engine.take_touched();

    let grant = json!({
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "jane"}],
    });
    let meanwhile = vec![
        upsert(Kind::RoleBinding, "infra", "grant", grant),
        upsert(DESCRIBED, "infra", "prod", json!({"spec": {}})),
        Delta::Listed(DESCRIBED),
    ];
    settle(&mut engine, &mut inventory, meanwhile, now);
    let transitions = engine.take_touched().transitions;
    let witnessed: BTreeMap<&str, bool> = transitions
        .iter()
        .filter(|transition| !matches!(transition.subject, Subject::Cluster))
        .map(|transition| (transition.check, transition.witnessed))
        .collect();
    assert_eq!(witnessed.get("cluster-admin-binding"), Some(&true));
    assert_eq!(witnessed.get("described-cluster-exposed"), Some(&false));
}
