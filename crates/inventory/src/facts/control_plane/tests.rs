//! Who vouches for how the control plane was started, where no API server tells.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::*;
use crate::{
    Changes, Delta, EndpointFlags, Evidence, Fact, Inventory, Kind, ObjectKey, Readings,
    SilentEndpoint, decode,
};

const AGE: TimeDelta = TimeDelta::minutes(15);
const READS: &[Relation] = &[
    Relation::ApiServerFlags,
    Relation::ControlPlane,
    Relation::KubeadmConfig,
];

fn now() -> DateTime<Utc> {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

/// A cluster with these objects. Its API servers listen at these addresses, and tell their flags or do not.
fn cluster(
    version: &str,
    telling: &[&str],
    silent: &[&str],
    objects: &[(Kind, Value)],
) -> Inventory {
    let mut inventory = Inventory::new(now());
    let mut changes = Changes::default();
    for (kind, object) in objects {
        let meta = |field: &str| object["metadata"][field].as_str().unwrap_or_default();
        let delta = Delta::Upsert {
            kind: *kind,
            key: ObjectKey::new(meta("namespace"), meta("name")),
            object: decode(*kind, &object.to_string(), &[]).map(Box::new),
        };
        inventory.apply(delta, &mut changes);
    }
    for kind in Kind::ALL {
        inventory.apply(Delta::Listed(kind), &mut changes);
    }
    let telling = telling.iter().map(|address| EndpointFlags {
        address: (*address).into(),
        flags: Flags::default(),
    });
    let silent = silent.iter().map(|address| SilentEndpoint {
        address: (*address).into(),
        why: Blind::new(Reason::Unreachable, "answers 404"),
    });
    let evidence = Evidence {
        about: Text::default(),
        at: now(),
        fact: Fact::ApiServerFlags(ApiServerFlags {
            version: version.into(),
            endpoints: telling.collect(),
            silent: silent.collect(),
        }),
    };
    inventory.apply(Delta::Collected(evidence), &mut changes);
    inventory
}

fn node(name: &str, ips: &[&str], kubelet: &str, ready: &str) -> (Kind, Value) {
    let addresses = ips
        .iter()
        .map(|ip| json!({"type": "InternalIP", "address": ip}));
    let addresses: Vec<Value> = addresses.collect();
    let said = r#"["server","--kube-apiserver-arg=audit-log-path=/a"]"#;
    let object = json!({
        "metadata": {"name": name, "uid": name, "annotations": {"k3s.io/node-args": said}},
        "status": {
            "addresses": addresses,
            "nodeInfo": {"kubeletVersion": kubelet},
            "conditions": [{"type": "Ready", "status": ready, "lastTransitionTime": "2026-11-20T11:00:00Z"}],
        },
    });
    (Kind::Node, object)
}

fn mirror_pod(node: &str) -> (Kind, Value) {
    let object = json!({
        "metadata": {
            "name": "kube-apiserver", "namespace": "kube-system", "creationTimestamp": "2026-11-20T11:00:00Z",
            "annotations": {"kubernetes.io/config.mirror": "a", "kubernetes.io/config.source": "file"},
            "ownerReferences": [{"apiVersion": "v1", "kind": "Node", "name": node, "uid": node, "controller": true}],
        },
        "spec": {"nodeName": node, "containers": [{"name": "a", "image": "a", "command": ["kube-apiserver"]}]},
    });
    (Kind::Pod, object)
}

/// How many tell, how many were noted, and why the others are not known.
fn told(inventory: &Inventory) -> (usize, usize, Option<Reason>) {
    let reads = Readings::default();
    let facts = Facts::new(inventory, now(), READS, &reads);
    let told = facts.api_servers(AGE);
    let untold = told.untold.map(|blind| blind.reason);
    (told.instances.len(), told.noted.len(), untold)
}

#[test]
fn what_k3s_notes_on_a_ready_node_vouches_if_the_api_server_is_of_k3s() {
    let noted = (0, 1, Some(Reason::Unreachable));
    for (server, ready, expected) in [
        ("v1.35.0+k3s1", "True", (1, 0, None)),
        ("v1.35.0+k3s1", "False", noted),
        ("v1.35.0", "True", noted),
        ("", "True", noted),
    ] {
        let node = node("a", &["192.0.2.1"], "v1.35.0+k3s1", ready);
        let inventory = cluster(server, &[], &["192.0.2.1:6443"], &[node]);
        assert_eq!(told(&inventory), expected, "{server} {ready}");
    }
}

#[test]
fn no_node_vouches_for_a_control_plane_that_a_provider_hides() {
    for (kubelet, untold) in [
        ("v1.35.0", None),
        ("v1.35.0-eks-1de2ab1", Some(Reason::ProviderHidden)),
    ] {
        let node = node("a", &["192.0.2.1"], kubelet, "True");
        let inventory = cluster(
            "v1.35.0",
            &[],
            &["192.0.2.1:6443"],
            &[node, mirror_pod("a")],
        );
        assert_eq!(told(&inventory), (1, 0, untold), "{kubelet}");
    }
}

#[test]
fn a_node_is_without_an_api_server_only_if_each_has_its_node() {
    let (own, other) = ("192.0.2.1:6443", "198.51.100.1:6443");
    let (name, unlisted) = ("api.example.com:6443", "an address that is not listed");
    let unknown = Err(Reason::Unreachable);
    for (telling, silent, second, expected) in [
        (own, "", None, Ok(false)),
        (name, own, None, Ok(false)),
        (own, other, None, unknown),
        (other, own, None, unknown),
        (own, other, Some("198.51.100.1"), Ok(false)),
        (own, unlisted, None, unknown),
    ] {
        let ips: Vec<&str> = std::iter::once("192.0.2.1").chain(second).collect();
        let nodes = [
            node("a", &ips, "v1.35.0", "True"),
            node("b", &["192.0.2.9"], "v1.35.0", "True"),
        ];
        let silent: Vec<&str> = Some(silent)
            .filter(|silent| !silent.is_empty())
            .into_iter()
            .collect();
        let inventory = cluster("v1.35.0", &[telling], &silent, &nodes);
        let reads = Readings::default();
        let facts = Facts::new(&inventory, now(), READS, &reads);
        let without = Node {
            internal_ip: Some("192.0.2.9".into()),
            ..Node::default()
        };
        let found = facts.api_server_on(&without, AGE);
        let found = found
            .map(|flags| flags.is_some())
            .map_err(|blind| blind.reason);
        assert_eq!(found, expected, "{telling} {silent:?} {second:?}");
    }
}
