//! Which workload a pod belongs to, as owners come, change and go.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::needless_pass_by_value,
    reason = "helpers of tests, which clippy does not take for tests"
)]

use assay_inventory::{Changes, Delta, Inventory, Kind, ObjectKey, Subject, WorkloadKey, decode};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

fn start() -> DateTime<Utc> {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

fn upsert(inventory: &mut Inventory, kind: Kind, object: &Value) -> Changes {
    let mut changes = Changes::default();
    let text = |field: &str| {
        object["metadata"][field]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    let delta = Delta::Upsert {
        kind,
        key: ObjectKey::new(text("namespace"), text("name")),
        object: decode(kind, &object.to_string(), &[]).map(Box::new),
    };
    inventory.apply(delta, &mut changes);
    changes
}

fn owned_by(api_version: &str, kind: &str, name: &str) -> Value {
    json!([{"apiVersion": api_version, "kind": kind, "name": name, "uid": format!("u-{name}"), "controller": true}])
}

fn pod(name: &str, owners: Value) -> Value {
    json!({
        "metadata": {"namespace": "shop", "name": name, "uid": format!("u-{name}"), "ownerReferences": owners,
            "creationTimestamp": "2026-11-20T12:00:00Z"},
        "spec": {"containers": [{"name": "app", "image": "a"}]},
    })
}

fn controller(name: &str, owners: Value) -> Value {
    json!({
        "metadata": {"namespace": "shop", "name": name, "uid": format!("u-{name}"), "ownerReferences": owners},
        "spec": {"template": {"spec": {"containers": [{"name": "app", "image": "a"}]}}},
    })
}

fn workloads(inventory: &Inventory) -> Vec<String> {
    let subjects = inventory.subjects().into_iter();
    subjects
        .filter_map(|subject| match subject {
            Subject::Workload(key) => Some(key.to_string()),
            _ => None,
        })
        .collect()
}

#[test]
fn a_pod_belongs_to_its_top_controller_in_whatever_order_they_come() {
    let objects = [
        (
            Kind::Pod,
            pod("web-1-x", owned_by("apps/v1", "ReplicaSet", "web-1")),
        ),
        (
            Kind::ReplicaSet,
            controller("web-1", owned_by("apps/v1", "Deployment", "web")),
        ),
        (Kind::Deployment, controller("web", json!([]))),
    ];
    for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2], [0, 2, 1]] {
        let mut inventory = Inventory::new(start());
        for at in order {
            let (kind, object) = &objects[at];
            upsert(&mut inventory, *kind, object);
        }
        assert_eq!(workloads(&inventory), ["Deployment shop/web"], "{order:?}");
    }
}

#[test]
fn an_unseen_owner_is_awaited_and_then_named_by_the_reference() {
    let mut inventory = Inventory::new(start());
    upsert(
        &mut inventory,
        Kind::Pod,
        &pod("web-1-x", owned_by("apps/v1", "ReplicaSet", "web-1")),
    );
    assert!(workloads(&inventory).is_empty());
    assert_eq!(inventory.next_due(), Some(start() + TimeDelta::seconds(5)));
    let mut changes = Changes::default();
    inventory.advance(start() + TimeDelta::seconds(5), &mut changes);
    assert_eq!(workloads(&inventory), ["ReplicaSet shop/web-1"]);
    assert_eq!(changes.subjects.len(), 1);
}

#[test]
fn an_owner_that_nobody_watches_is_named_at_once() {
    let mut inventory = Inventory::new(start());
    let owner = owned_by("argoproj.io/v1alpha1", "Rollout", "web");
    upsert(
        &mut inventory,
        Kind::ReplicaSet,
        &controller("web-1", owner),
    );
    upsert(
        &mut inventory,
        Kind::Pod,
        &pod("web-1-x", owned_by("apps/v1", "ReplicaSet", "web-1")),
    );
    assert_eq!(workloads(&inventory), ["Rollout shop/web"]);
    let key = WorkloadKey {
        namespace: "shop".into(),
        api_version: "argoproj.io/v1alpha1".into(),
        kind: "Rollout".into(),
        name: "web".into(),
    };
    let workload = inventory.workload(&key).unwrap();
    assert_eq!(workload.uid().as_ref(), "u-web");
}

#[test]
fn a_mirror_pod_is_its_own_workload_and_its_node_none() {
    let mut inventory = Inventory::new(start());
    upsert(
        &mut inventory,
        Kind::Pod,
        &pod("kube-apiserver-n1", owned_by("v1", "Node", "n1")),
    );
    assert_eq!(workloads(&inventory), ["Pod shop/kube-apiserver-n1"]);
}

#[test]
fn a_circle_of_owners_ends() {
    let mut inventory = Inventory::new(start());
    upsert(
        &mut inventory,
        Kind::ReplicaSet,
        &controller("a", owned_by("apps/v1", "Deployment", "b")),
    );
    upsert(
        &mut inventory,
        Kind::Deployment,
        &controller("b", owned_by("apps/v1", "ReplicaSet", "a")),
    );
    upsert(
        &mut inventory,
        Kind::Pod,
        &pod("p", owned_by("apps/v1", "ReplicaSet", "a")),
    );
    assert!(!workloads(&inventory).is_empty());
}

#[test]
fn equal_pods_are_one_variant_and_a_new_one_changes_nothing() {
    let mut inventory = Inventory::new(start());
    let set = controller("set", json!([]));
    upsert(&mut inventory, Kind::StatefulSet, &set);
    let owner = || owned_by("apps/v1", "StatefulSet", "set");
    assert!(!upsert(&mut inventory, Kind::Pod, &pod("set-0", owner())).is_empty());
    let second = upsert(&mut inventory, Kind::Pod, &pod("set-1", owner()));
    assert!(
        second.subjects.is_empty() && second.relations.is_empty(),
        "{second:?}"
    );
    let key = WorkloadKey::of(Kind::StatefulSet, &ObjectKey::new("shop", "set"));
    let specs = inventory.workload(&key).unwrap().variants().len();
    assert_eq!(specs, 2, "the template speaks too until it is rolled out");
}

#[test]
fn pods_that_differ_in_labels_alone_are_one_variant() {
    let mut inventory = Inventory::new(start());
    let mut set = controller("set", json!([]));
    set["status"] = json!({"observedGeneration": 0, "replicas": 2, "updatedReplicas": 2});
    upsert(&mut inventory, Kind::StatefulSet, &set);
    for name in ["set-0", "set-1"] {
        let mut pod = pod(name, owned_by("apps/v1", "StatefulSet", "set"));
        pod["metadata"]["labels"] = json!({"pod": name});
        upsert(&mut inventory, Kind::Pod, &pod);
    }
    let key = WorkloadKey::of(Kind::StatefulSet, &ObjectKey::new("shop", "set"));
    let workload = inventory.workload(&key).unwrap();
    assert_eq!(workload.labels().count(), 2);
    assert_eq!(workload.variants().len(), 1);
}

#[test]
fn pods_speak_for_a_template_that_is_rolled_out() {
    let mut inventory = Inventory::new(start());
    let mut set = controller("set", json!([]));
    set["metadata"]["generation"] = json!(2);
    set["status"] = json!({"observedGeneration": 2, "replicas": 1, "updatedReplicas": 1});
    upsert(&mut inventory, Kind::StatefulSet, &set);
    let key = WorkloadKey::of(Kind::StatefulSet, &ObjectKey::new("shop", "set"));
    let only_template = |inventory: &Inventory| {
        let workload = inventory.workload(&key).unwrap();
        let variants = workload.variants();
        (variants.len(), variants[0].template)
    };
    assert_eq!(only_template(&inventory), (1, true), "no pod yet");
    upsert(
        &mut inventory,
        Kind::Pod,
        &pod("set-0", owned_by("apps/v1", "StatefulSet", "set")),
    );
    assert_eq!(only_template(&inventory), (1, false), "the pod alone");
    set["status"]["observedGeneration"] = json!(1);
    upsert(&mut inventory, Kind::StatefulSet, &set);
    assert_eq!(
        inventory.workload(&key).unwrap().variants().len(),
        2,
        "a rollout under way"
    );
}

#[test]
fn a_pod_that_has_ended_runs_nothing() {
    let mut inventory = Inventory::new(start());
    let mut ended = pod("once", json!([]));
    ended["status"] = json!({"phase": "Succeeded"});
    upsert(&mut inventory, Kind::Pod, &ended);
    let key = WorkloadKey::of(Kind::Pod, &ObjectKey::new("shop", "once"));
    assert!(inventory.workload(&key).unwrap().variants().is_empty());
}

#[test]
fn a_relist_sweeps_what_it_does_not_mention() {
    let mut inventory = Inventory::new(start());
    upsert(&mut inventory, Kind::Pod, &pod("gone", json!([])));
    let mut changes = Changes::default();
    inventory.apply(Delta::Relist(Kind::Pod), &mut changes);
    upsert(&mut inventory, Kind::Pod, &pod("kept", json!([])));
    inventory.apply(Delta::Listed(Kind::Pod), &mut changes);
    assert_eq!(workloads(&inventory), ["Pod shop/kept"]);
}

#[test]
fn an_owner_of_another_incarnation_leads_no_further() {
    let mut inventory = Inventory::new(start());
    upsert(
        &mut inventory,
        Kind::Deployment,
        &controller("web", json!([])),
    );
    // The ReplicaSet that the pod names is gone; another has its name, and an owner of its own.
    upsert(
        &mut inventory,
        Kind::ReplicaSet,
        &controller("web-1", owned_by("apps/v1", "Deployment", "web")),
    );
    let mut owner = owned_by("apps/v1", "ReplicaSet", "web-1");
    owner[0]["uid"] = json!("u-earlier");
    upsert(&mut inventory, Kind::Pod, &pod("web-1-x", owner));
    inventory.advance(start() + TimeDelta::seconds(5), &mut Changes::default());
    assert_eq!(
        workloads(&inventory),
        ["Deployment shop/web", "ReplicaSet shop/web-1"]
    );
}

#[test]
fn an_owner_that_is_released_or_made_anew_takes_its_pods_along() {
    let mut inventory = Inventory::new(start());
    let owned = || owned_by("apps/v1", "Deployment", "web");
    let deployment = controller("web", json!([]));
    upsert(&mut inventory, Kind::Deployment, &deployment);
    upsert(
        &mut inventory,
        Kind::ReplicaSet,
        &controller("web-1", owned()),
    );
    let of_set = owned_by("apps/v1", "ReplicaSet", "web-1");
    upsert(&mut inventory, Kind::Pod, &pod("web-1-x", of_set));
    assert_eq!(workloads(&inventory), ["Deployment shop/web"]);

    // As `kubectl delete --cascade=orphan` and a new Deployment would: nobody owns the ReplicaSet, then another does.
    upsert(
        &mut inventory,
        Kind::ReplicaSet,
        &controller("web-1", json!([])),
    );
    let both = ["Deployment shop/web", "ReplicaSet shop/web-1"];
    assert_eq!(workloads(&inventory), both);
    upsert(
        &mut inventory,
        Kind::ReplicaSet,
        &controller("web-1", owned()),
    );
    assert_eq!(workloads(&inventory), ["Deployment shop/web"]);

    // Of the same name, and another: its deletion was missed. Nobody waits for the pod's owner any more.
    inventory.advance(start() + TimeDelta::seconds(5), &mut Changes::default());
    let mut anew = controller("web-1", owned());
    anew["metadata"]["uid"] = json!("u-later");
    upsert(&mut inventory, Kind::ReplicaSet, &anew);
    assert_eq!(workloads(&inventory), both);
}
