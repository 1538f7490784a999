//! What sources of evidence say, step by step.

use std::collections::BTreeSet;

use assay_inventory::view::{Condition, Csr, IssuedCertificate, Meta, RequestSubject, Text};
use assay_inventory::{
    ApiServerFlags, ApiServerMetrics, Blind, Delta, EndpointFlags, EndpointMetrics, Evidence,
    EvidenceKey, Fact, Kind, Metrics, ObjectKey, Per, Reason, SilentEndpoint,
};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

use super::answers::{identity_map, kubeadm_config, kubelet, probe, reviews, secrets};
use super::machine::key_of;
use super::steps::Step;

/// What a step tells the inventory, if it is one of evidence.
pub(crate) fn delta(step: &Step, now: DateTime<Utc>) -> Option<Delta> {
    let (about, fact, ago) = match step {
        Step::Answer(code, ago) => (Text::default(), Fact::AnonymousProbe(probe(*code)), ago),
        Step::Kubelet(node, open, ago) => {
            let node = key_of(Kind::Node, *node).name;
            (node, Fact::KubeletConfig(kubelet(*open)), ago)
        }
        Step::Flagz(which, ago) => (Text::default(), flagz(*which), ago),
        Step::Metrics(which, ago) => (Text::default(), metrics(*which), ago),
        Step::Reviews(which, ago) => (Text::default(), Fact::AccessAnswers(reviews(*which)), ago),
        Step::Kubeadm(which, ago) => {
            let config = kubeadm_config(*which);
            (Text::default(), Fact::KubeadmConfig(config), ago)
        }
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
        Step::NoAnswer(kind, slot, reason) => {
            return Some(Delta::NotCollected {
                key: match kind.per() {
                    Per::Cluster => EvidenceKey::cluster(*kind),
                    Per::Node => EvidenceKey::node(*kind, &key_of(Kind::Node, *slot).name),
                    Per::Namespace => {
                        EvidenceKey::namespace(*kind, &key_of(Kind::Namespace, *slot).name)
                    }
                },
                blind: Blind::new(*reason, "no answer"),
            });
        }
        _ => return None,
    };
    Some(Delta::Collected(Evidence {
        about,
        at: now - TimeDelta::minutes(*ago),
        fact,
    }))
}

/// A request as another replica remembers it.
pub(crate) fn recalled(name: &Text, uid: &Text, end: DateTime<Utc>) -> Csr {
    Csr {
        meta: Meta {
            name: name.clone(),
            uid: uid.clone(),
            ..Meta::default()
        },
        signer: "kubernetes.io/kube-apiserver-client".into(),
        client_auth: true,
        server_auth: false,
        requester: "another replica".into(),
        requester_groups: Vec::new(),
        credential: Text::default(),
        subject: Ok(RequestSubject {
            common_name: "jane".into(),
            organizations: vec!["system:masters".into()],
            dns_names: Vec::new(),
        }),
        condition: Condition::Approved,
        approval: Text::default(),
        issued: Some(IssuedCertificate {
            not_after: Some(end),
        }),
    }
}

/// API servers that count something. By the bits: one or two, settled or not, with and without events of audit, writing Secrets in one way
/// or another, by one configuration or by two, with certificates of either length.
fn metrics(which: u8) -> Fact {
    let is = |bit: u8| which >> bit & 1 == 1;
    let text = |words: &[(bool, &str)]| -> BTreeSet<Text> {
        let said = words.iter().filter(|(said, _)| *said);
        said.map(|(_, word)| Text::from(*word)).collect()
    };
    let told = |address: &str, first: bool| {
        let mut metrics = Metrics {
            audit_events: Some(is(0)),
            audit_levels: text(&[(is(0), "Metadata"), (is(0) && is(1), "Request")]),
            encryption_file: Some(if first || is(2) { "a" } else { "b" }.into()),
            encryption_reloaded: is(3) && is(4),
            secrets_written: text(&[(first && is(5), "k8s:enc:aescbc:v1:"), (first && is(6), "")]),
            secrets_read: text(&[(is(5), "k8s:enc:aescbc:v1:"), (is(6), "identity")]),
            ..Metrics::default()
        };
        let bucket = "apiserver_client_certificate_expiration_seconds_bucket";
        metrics.take(&format!("{bucket}{{le=\"3.1104e+07\"}} {}", which & 1));
        metrics.take(&format!("{bucket}{{le=\"+Inf\"}} 1"));
        EndpointMetrics {
            address: address.into(),
            settled: is(4),
            metrics,
        }
    };
    let mut endpoints = vec![told("192.0.2.1:6443", true)];
    if is(7) {
        endpoints.push(told("192.0.2.2:6443", false));
    }
    Fact::ApiServerMetrics(ApiServerMetrics {
        endpoints,
        silent: Vec::new(),
    })
}

/// The API servers on nodes a and b: both tell, one does, or none does; the flags differ.
fn flagz(which: u8) -> Fact {
    let told = |address: &str, mode: &str| {
        // Whoever allows everything does not encrypt either.
        let encryption = if mode == "[AlwaysAllow]" { "" } else { "/e" };
        let flags = json!({"authorization-mode": mode, "encryption-provider-config": encryption});
        let flags = json!({ "flags": flags }).to_string();
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

/// The pod by which a kubelet mirrors a component of its node, mostly the API server. Pods differ in their flags, in when they were made,
/// in whether they are mirrors at all and in whether they have been deleted and are kept.
pub(crate) fn mirror_pod(node: &Text, which: u8, now: DateTime<Utc>) -> (ObjectKey, Value) {
    let mode = if which == 1 {
        "AlwaysAllow"
    } else {
        "Node,RBAC"
    };
    let age = if which == 2 { 30 } else { 120 };
    let created = now - TimeDelta::seconds(age);
    let source = if which == 3 { "api" } else { "file" };
    let (program, flag) = match which {
        4 => (
            "kube-controller-manager",
            "--bind-address=0.0.0.0".to_owned(),
        ),
        5 => ("kube-scheduler", "--bind-address=127.0.0.1".to_owned()),
        _ => ("kube-apiserver", format!("--authorization-mode={mode}")),
    };
    let deleted = (which == 6).then(|| created.to_rfc3339_opts(SecondsFormat::Secs, true));
    let name = format!("{program}-{node}");
    let mut pod = json!({
        "metadata": {
            "name": name, "namespace": "kube-system", "uid": format!("Pod-{node}"),
            "creationTimestamp": created.to_rfc3339_opts(SecondsFormat::Secs, true),
            "annotations": {"kubernetes.io/config.mirror": "1", "kubernetes.io/config.source": source},
            "ownerReferences": [{"apiVersion": "v1", "kind": "Node", "name": **node, "uid": format!("Node-{node}-0"), "controller": true}],
        },
        "spec": {"nodeName": **node, "containers": [
            {"name": program, "image": "x", "command": [program, flag]},
        ]},
    });
    if let Some(deleted) = deleted {
        pod["metadata"]["deletionTimestamp"] = deleted.into();
    }
    (ObjectKey::new("kube-system", name), pod)
}
