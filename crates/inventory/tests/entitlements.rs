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
    Changes, DecodeError, Delta, Difference, Entitlements, Inventory, Kind, ObjectKey, RelationKey,
    decode,
};
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
