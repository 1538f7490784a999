//! Entitlements are compared by content: what an identity may do and where, whatever the objects are called.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    reason = "helpers of tests, which clippy does not take for tests"
)]

use std::collections::BTreeSet;

use assay_inventory::view::Text;
use assay_inventory::{
    Changes, DecodeError, Delta, Difference, Entitlements, Inventory, Kind, Line, ObjectKey,
    RelationKey, Snapshot, decode,
};
use proptest::prelude::*;
use serde_json::{Value, json};

#[derive(Default)]
struct Cluster {
    inventory: Inventory,
    changes: Changes,
}

impl Cluster {
    fn put(&mut self, kind: Kind, namespace: &str, name: &str, mut object: Value) -> &mut Self {
        object["metadata"] = json!({"name": name, "namespace": namespace, "uid": name});
        let object = decode(kind, &object.to_string(), &[]).map(Box::new);
        let key = ObjectKey::new(namespace, name);
        let delta = Delta::Upsert { kind, key, object };
        self.inventory.apply(delta, &mut self.changes);
        self
    }

    fn role(&mut self, name: &str, rules: Value) -> &mut Self {
        self.put(Kind::ClusterRole, "", name, json!({"rules": rules}))
    }

    fn bind(&mut self, namespace: &str, name: &str, role: &str, users: &[&str]) -> &mut Self {
        let subjects: Vec<Value> = users
            .iter()
            .map(|user| json!({"kind": "User", "name": user}))
            .collect();
        let kind = if namespace.is_empty() {
            Kind::ClusterRoleBinding
        } else {
            Kind::RoleBinding
        };
        let role = json!({"kind": "ClusterRole", "name": role});
        let binding = json!({"roleRef": role, "subjects": subjects});
        self.put(kind, namespace, name, binding)
    }

    fn delete(&mut self, kind: Kind, namespace: &str, name: &str) -> &mut Self {
        let key = ObjectKey::new(namespace, name);
        let delta = Delta::Delete { kind, key };
        self.inventory.apply(delta, &mut self.changes);
        self
    }

    fn snapshot(&self) -> Snapshot {
        self.inventory.snapshot(|_| true).expect("readable")
    }

    fn told(&self) -> Entitlements {
        self.inventory.entitlements().expect("readable").clone()
    }
}

fn pods(verbs: &[&str]) -> Value {
    json!({"apiGroups": [""], "resources": ["pods"], "verbs": verbs})
}

fn since(now: &Entitlements, before: &Entitlements) -> Difference {
    let lines: Vec<String> = before.lines().collect();
    now.since(lines.iter().map(String::as_str))
}

fn set(names: &[&str]) -> BTreeSet<Text> {
    names.iter().copied().map(Text::from).collect()
}

#[test]
fn objects_made_anew_under_other_names_change_nothing() {
    let mut cluster = Cluster::default();
    cluster
        .role("reader", json!([pods(&["get", "list"])]))
        .bind("shop", "readers", "reader", &["eve", "bob"]);
    let before = cluster.told();
    cluster
        .delete(Kind::RoleBinding, "shop", "readers")
        .delete(Kind::ClusterRole, "", "reader")
        .role("watcher", json!([pods(&["list"]), pods(&["get", "get"])]))
        .bind("shop", "one", "watcher", &["bob"])
        .bind("shop", "two", "watcher", &["eve"])
        .bind("shop", "again", "watcher", &["eve"]);
    assert_eq!(cluster.told(), before);
}

#[test]
fn who_is_granted_something_else_is_named() {
    let mut cluster = Cluster::default();
    cluster
        .role("reader", json!([pods(&["get"])]))
        .role("writer", json!([pods(&["get", "update"])]))
        .bind("shop", "readers", "reader", &["eve", "bob", "ann"]);
    let before = cluster.told();
    cluster
        .bind("shop", "readers", "reader", &["eve", "bob"])
        .bind("pay", "readers", "reader", &["bob"])
        .bind("shop", "writers", "writer", &["joe"]);
    let now = cluster.told();
    assert_ne!(now.hash(), before.hash());
    let expected = Difference {
        added: set(&["User joe"]),
        changed: set(&["User bob"]),
        removed: set(&["User ann"]),
    };
    assert_eq!(since(&now, &before), expected);
    assert_eq!(since(&now, &now), Difference::default());
}

#[test]
fn a_role_changes_what_its_holders_are_granted() {
    let mut cluster = Cluster::default();
    cluster.bind("", "all", "reader", &["eve"]);
    let nothing = cluster.told();
    assert_eq!(nothing.lines().count(), 0, "the role does not exist");
    cluster.role("reader", json!([pods(&["get"])]));
    let some = cluster.told();
    assert_eq!(since(&some, &nothing).added, set(&["User eve"]));
    cluster.changes = Changes::default();
    cluster.role("reader", json!([pods(&["delete"])]));
    assert!(
        cluster
            .changes
            .relations
            .contains(&RelationKey::Entitlements)
    );
    assert_eq!(since(&cluster.told(), &some).changed, set(&["User eve"]));
}

#[test]
fn a_snapshot_names_every_rule_that_came_or_went() {
    let mut cluster = Cluster::default();
    cluster.role("reader", json!([pods(&["get"])])).bind(
        "shop",
        "readers",
        "reader",
        &["eve", "ann"],
    );
    let before = cluster.snapshot();
    assert_eq!(before.hash(), *cluster.told().hash());
    cluster
        .bind("shop", "readers", "reader", &["eve"])
        .role("writer", json!([pods(&["get", "update"])]))
        .bind("shop", "writers", "writer", &["eve", "joe"]);
    let now = cluster.snapshot();
    let told = |rights: &[(Text, assay_inventory::Right)]| -> Vec<String> {
        rights
            .iter()
            .map(|(place, right)| right.told(place))
            .collect()
    };
    let changes = now.since(&before);
    let changes: Vec<(String, Vec<String>, Vec<String>)> = changes
        .iter()
        .map(|change| {
            (
                change.identity.to_string(),
                told(&change.added),
                told(&change.removed),
            )
        })
        .collect();
    let texts = |texts: &[&str]| {
        texts
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<String>>()
    };
    let expected = [
        ("User ann".to_owned(), vec![], texts(&["get pods in shop"])),
        (
            "User eve".to_owned(),
            texts(&["update pods in shop"]),
            vec![],
        ),
        (
            "User joe".to_owned(),
            texts(&["get,update pods in shop"]),
            vec![],
        ),
    ];
    assert_eq!(changes, expected);
    let written = serde_json::to_string(&now).expect("JSON");
    let read: Snapshot = serde_json::from_str(&written).expect("a snapshot");
    assert_eq!(read, now);
}

#[test]
fn lines_tell_of_rights_too() {
    let mut cluster = Cluster::default();
    cluster
        .role("reader", json!([pods(&["get"])]))
        .bind("shop", "readers", "reader", &["eve"]);
    let short: Vec<String> = cluster.told().lines().collect();
    let long = cluster.inventory.entitlement_lines().to_vec();
    let (short, long) = (Line::read(&short[0]), Line::read(&long[0]));
    let (short, long) = (short.expect("a line"), long.expect("a line"));
    assert_eq!((short.identity, short.rights()), ("User eve", None));
    assert_eq!(long.identity, "User eve");
    assert_eq!(long.rights().expect("rights").len(), 1);
    let lines = cluster.inventory.entitlement_lines();
    let lines = lines.iter().map(String::as_str);
    assert_eq!(cluster.told().since(lines), Difference::default());
}

fn grants() -> impl Strategy<Value = Vec<(u8, u8, u8)>> {
    proptest::collection::vec((0..3_u8, 0..5_u8, 0..3_u8), 0..6)
}

/// Who is bound to which of some roles, and where; two of the roles say the same, one says nothing.
fn cluster(grants: &[(u8, u8, u8)]) -> Cluster {
    let mut cluster = Cluster::default();
    let rules = [
        json!([pods(&["get", "list"])]),
        json!([pods(&["list"]), pods(&["get"])]),
        json!([pods(&["get"])]),
        json!([]),
        json!([pods(&["list"]), {"nonResourceURLs": ["/metrics"], "verbs": ["get"]}]),
    ];
    for (number, rules) in rules.into_iter().enumerate() {
        cluster.role(&format!("role-{number}"), rules);
    }
    for (number, (user, role, place)) in grants.iter().enumerate() {
        let place = ["", "shop", "pay"][usize::from(*place)];
        let user = format!("user-{user}");
        cluster.bind(
            place,
            &format!("b-{number}"),
            &format!("role-{role}"),
            &[&user],
        );
    }
    cluster
}

proptest! {
    /// What names the difference names one exactly where the hashes tell of one, and never calls a right what both have.
    #[test]
    fn nothing_differs_exactly_if_the_hashes_are_the_same(one in grants(), other in grants()) {
        let (one, other) = (cluster(&one), cluster(&other));
        let (before, now) = (one.snapshot(), other.snapshot());
        prop_assert_eq!(before.hash(), one.told().hash().clone());
        let changes = now.since(&before);
        prop_assert_eq!(changes.is_empty(), before.hash() == now.hash());
        for change in &changes {
            prop_assert!(!change.added.iter().any(|added| change.removed.contains(added)));
        }
        // Lines name the same identities as the snapshot, with rights or without.
        let named: BTreeSet<Text> = changes.iter().map(|change| change.identity.to_string().into()).collect();
        let short: Vec<String> = one.told().lines().collect();
        for lines in [short.as_slice(), one.inventory.entitlement_lines()] {
            let difference = other.told().since(lines.iter().map(String::as_str));
            let all = [difference.added, difference.changed, difference.removed];
            prop_assert_eq!(&all.into_iter().flatten().collect::<BTreeSet<Text>>(), &named);
        }
        let written = serde_json::to_string(&now).expect("JSON");
        let read: Snapshot = serde_json::from_str(&written).expect("a snapshot");
        prop_assert_eq!(read.hash(), now.hash());
    }
}

#[test]
fn lists_of_texts_are_not_run_together() {
    let role =
        |cluster: &mut Cluster, rule: Value| cluster.role("r", json!([rule])).told().hash().clone();
    let mut cluster = Cluster::default();
    cluster.bind("", "b", "r", &["eve"]);
    let hashes: BTreeSet<Text> = [
        json!({"verbs": ["get"], "resources": ["ab", "c"]}),
        json!({"verbs": ["get"], "resources": ["a", "bc"]}),
        json!({"verbs": ["get"], "resources": ["ab"], "resourceNames": ["c"]}),
        json!({"verbs": ["get"], "resources": [], "resourceNames": ["ab", "c"]}),
    ]
    .map(|rule| role(&mut cluster, rule))
    .into();
    assert_eq!(hashes.len(), 4);
}

#[test]
fn what_cannot_be_read_may_grant_anything() {
    let mut cluster = Cluster::default();
    cluster
        .role("r", json!([pods(&["get"])]))
        .bind("", "b", "r", &["eve"]);
    let broken = |kind: Kind, name: &str| Delta::Upsert {
        kind,
        key: ObjectKey::new("", name),
        object: Err(DecodeError {
            field: "rules".to_owned(),
            reason: "is odd".to_owned(),
        }),
    };
    let mut changes = Changes::default();
    let inventory = &mut cluster.inventory;
    inventory.apply(broken(Kind::ClusterRole, "unbound"), &mut changes);
    assert!(inventory.entitlements().is_ok(), "nobody holds it");
    inventory.apply(broken(Kind::ClusterRole, "r"), &mut changes);
    let blind = inventory.entitlements().expect_err("blind");
    assert_eq!(
        blind.message.as_ref(),
        "ClusterRole r cannot be read: rules: is odd"
    );
}
