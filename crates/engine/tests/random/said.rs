//! What sources of evidence say, step by step.

use assay_inventory::view::Text;
use assay_inventory::{
    ApiServerFlags, ApiServerMetrics, Blind, Delta, EndpointFlags, EndpointMetrics, Evidence,
    EvidenceKey, Fact, Kind, Metrics, ObjectKey, Reason, SilentEndpoint,
};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

use super::answers::{identity_map, kubelet, probe, reviews, secrets};
use super::machine::key_of;
use super::steps::Step;

/// What a step tells the inventory, if it is one of evidence.
pub(crate) fn delta(step: &Step, now: DateTime<Utc>) -> Option<Delta> {
    let (node, fact, ago) = match step {
        Step::Answer(code, ago) => (Text::default(), Fact::AnonymousProbe(probe(*code)), ago),
        Step::Kubelet(node, open, ago) => {
            let node = key_of(Kind::Node, *node).name;
            (node, Fact::KubeletConfig(kubelet(*open)), ago)
        }
        Step::Flagz(which, ago) => (Text::default(), flagz(*which), ago),
        Step::Metrics(events, ago) => (Text::default(), metrics(*events), ago),
        Step::Reviews(open, ago) => (Text::default(), Fact::AccessAnswers(reviews(*open)), ago),
        Step::Secrets(which, ago) => (
            Text::default(),
            Fact::ListedSecrets(secrets(*which, now)),
            ago,
        ),
        Step::Map(given, ago) => (
            Text::default(),
            Fact::IdentityMap(identity_map(*given)),
            ago,
        ),
        Step::Shown(shown, ago) => {
            let at = now - TimeDelta::minutes(*ago);
            return Some(Delta::Collected(shown.evidence(at)));
        }
        Step::NoAnswer(kind, node, reason) => {
            return Some(Delta::NotCollected {
                key: if kind.is_per_node() {
                    EvidenceKey::node(*kind, &key_of(Kind::Node, *node).name)
                } else {
                    EvidenceKey::cluster(*kind)
                },
                blind: Blind::new(*reason, "no answer"),
            });
        }
        _ => return None,
    };
    Some(Delta::Collected(Evidence {
        node,
        at: now - TimeDelta::minutes(*ago),
        fact,
    }))
}

fn metrics(events: bool) -> Fact {
    Fact::ApiServerMetrics(ApiServerMetrics {
        endpoints: vec![EndpointMetrics {
            address: "192.0.2.1:6443".into(),
            settled: events,
            metrics: Metrics {
                audit_events: Some(events),
                ..Metrics::default()
            },
        }],
        silent: Vec::new(),
    })
}

/// The API servers on nodes a and b: both tell, one does, or none does; the flags differ.
fn flagz(which: u8) -> Fact {
    let told = |address: &str, mode: &str| {
        let flags = json!({"flags": {"authorization-mode": mode}}).to_string();
        EndpointFlags::read(address, &flags).expect("flags")
    };
    let silent = |address: &str| SilentEndpoint {
        address: address.into(),
        why: Blind::new(Reason::Unreachable, "answers 404"),
    };
    let (a, b) = ("192.0.2.1:6443", "192.0.2.2:6443");
    let (endpoints, silent) = match which {
        0 => (vec![told(a, "[Node,RBAC]"), told(b, "[Node,RBAC]")], vec![]),
        1 => (vec![told(a, "[AlwaysAllow]")], vec![silent(b)]),
        2 => (vec![told(b, "[Node,RBAC]")], vec![silent(a)]),
        _ => (vec![], vec![silent(a), silent(b)]),
    };
    Fact::ApiServerFlags(ApiServerFlags {
        version: "v1.36.0".into(),
        endpoints,
        silent,
    })
}

/// The pod by which a kubelet mirrors the API server of its node. Pods differ in their flags, in when they were made and in
/// whether they are mirrors at all.
pub(crate) fn mirror_pod(node: &Text, which: u8, now: DateTime<Utc>) -> (ObjectKey, Value) {
    let mode = if which == 1 {
        "AlwaysAllow"
    } else {
        "Node,RBAC"
    };
    let age = if which == 2 { 30 } else { 120 };
    let created = now - TimeDelta::seconds(age);
    let source = if which == 3 { "api" } else { "file" };
    let name = format!("kube-apiserver-{node}");
    let pod = json!({
        "metadata": {
            "name": name, "namespace": "kube-system", "uid": format!("Pod-{node}"),
            "creationTimestamp": created.to_rfc3339_opts(SecondsFormat::Secs, true),
            "annotations": {"kubernetes.io/config.mirror": "1", "kubernetes.io/config.source": source},
            "ownerReferences": [{"apiVersion": "v1", "kind": "Node", "name": **node, "uid": format!("Node-{node}-0"), "controller": true}],
        },
        "spec": {"nodeName": **node, "containers": [
            {"name": "kube-apiserver", "image": "x", "command": ["kube-apiserver", format!("--authorization-mode={mode}")]},
        ]},
    });
    (ObjectKey::new("kube-system", name), pod)
}
