//! Where the API has an object a list is refused, and `null` says as much as no field at all: in every field of every view.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests, which clippy does not take for tests"
)]

use assay_inventory::view::Object;
use assay_inventory::{DecodeError, Kind, ThirdParty, decode};
use serde_json::{Value, json};

fn metadata() -> Value {
    json!({
        "name": "a", "namespace": "shop", "uid": "u1", "generation": 2,
        "labels": {"app": "web"}, "annotations": {"a": "b"},
        "creationTimestamp": "2026-11-20T12:00:00Z", "deletionTimestamp": "2026-11-20T12:00:00Z",
        "ownerReferences": [{"apiVersion": "v1", "kind": "Node", "name": "n", "uid": "u2", "controller": true}],
        "managedFields": [{"manager": "kubectl", "time": "2026-11-20T12:00:00Z", "subresource": ""}],
    })
}

fn container() -> Value {
    let http = json!({"httpGet": {"host": "h"}});
    let tcp = json!({"tcpSocket": {"host": "h"}});
    json!({
        "name": "app", "image": "a", "restartPolicy": "Always",
        "securityContext": {
            "privileged": true, "allowPrivilegeEscalation": true, "runAsUser": 0, "runAsNonRoot": true,
            "readOnlyRootFilesystem": true, "procMount": "Default", "seccompProfile": {"type": "RuntimeDefault"},
            "appArmorProfile": {"type": "RuntimeDefault"}, "seLinuxOptions": {"user": "u", "role": "r", "type": "t"},
            "capabilities": {"add": ["A"], "drop": ["ALL"]}, "windowsOptions": {"hostProcess": true},
        },
        "resources": {"limits": {"cpu": 1}, "requests": {"cpu": "1"}},
        "ports": [{"hostPort": 80, "hostIP": "127.0.0.1"}],
        "volumeMounts": [{"name": "disk", "readOnly": false}],
        "livenessProbe": http, "readinessProbe": tcp, "startupProbe": http,
        "lifecycle": {"postStart": http, "preStop": tcp},
    })
}

fn pod_spec() -> Value {
    json!({
        "nodeName": "n", "containers": [container()], "initContainers": [container()],
        "ephemeralContainers": [container()],
        "hostNetwork": true, "hostPID": true, "hostIPC": true, "hostUsers": true,
        "serviceAccountName": "a", "serviceAccount": "b", "automountServiceAccountToken": true,
        "securityContext": {"runAsUser": 0, "sysctls": [{"name": "a"}]},
        "volumes": [
            {"name": "path", "hostPath": {"path": "/"}},
            {"name": "disk", "emptyDir": {"medium": "", "sizeLimit": 1}},
            {"name": "token", "projected": {"sources": [{"serviceAccountToken": {"audience": "a", "expirationSeconds": 1}}]}},
            {"name": "image", "image": {"reference": "r"}},
        ],
        "resources": {"limits": {"cpu": 1}, "requests": {"cpu": 1}},
        "os": {"name": "linux"}, "runtimeClassName": "r", "nodeSelector": {"a": "b"},
    })
}

fn selector() -> Value {
    json!({
        "matchLabels": {"a": "b"},
        "matchExpressions": [{"key": "k", "operator": "In", "values": ["v"]}],
    })
}

/// The shapes that fields of such kinds have: one decoder reads them all, and its own tests know every field.
fn third_party(kind: ThirdParty) -> Value {
    let condition = json!([{"type": "Ready", "status": "True", "reason": "r"}]);
    match kind {
        ThirdParty::AckCluster => json!({"spec": {
            "resourcesVPCConfig": {"endpointPublicAccess": true, "publicAccessCIDRs": ["a"]},
            "logging": {"clusterLogging": [{"enabled": true, "types": ["audit"]}]},
            "encryptionConfig": [{"resources": ["secrets"]}],
        }}),
        ThirdParty::CapiEks => json!({"spec": {
            "endpointAccess": {"public": true, "publicCIDRs": ["a"]}, "logging": {"audit": true},
            "encryptionConfig": {"resources": ["secrets"]},
        }}),
        ThirdParty::RancherAuth => json!({"enabled": true}),
        ThirdParty::Certificate | ThirdParty::PinnipedJwt => {
            json!({"status": {"conditions": condition, "notAfter": "2026-11-20T12:00:00Z"}})
        }
        _ => json!({}),
    }
}

/// An object of the kind in which every field that a view reads is set.
fn whole(kind: Kind) -> Value {
    let mut object = match kind {
        Kind::Namespace => json!({}),
        Kind::Node => json!({"status": {
            "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": "2026-11-20T12:00:00Z"}],
            "addresses": [{"type": "InternalIP", "address": "192.0.2.1"}],
            "nodeInfo": {"kubeletVersion": "v1.36.0", "operatingSystem": "linux"},
        }}),
        Kind::ServiceAccount => json!({"automountServiceAccountToken": false}),
        Kind::ClusterRole | Kind::Role => json!({"rules": [{
            "verbs": ["get"], "apiGroups": [""], "resources": ["pods"], "resourceNames": ["a"],
            "nonResourceURLs": ["/version"],
        }]}),
        Kind::ClusterRoleBinding | Kind::RoleBinding => json!({
            "roleRef": {"kind": "ClusterRole", "name": "a"},
            "subjects": [{"kind": "ServiceAccount", "namespace": "shop", "name": "a"}],
        }),
        Kind::NetworkPolicy => {
            let rule = |peers: &str| {
                json!([{
                    peers: [{"podSelector": selector(), "namespaceSelector": selector()},
                            {"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}}],
                    "ports": [{"protocol": "UDP", "port": 1, "endPort": 2}],
                }])
            };
            json!({"spec": {
                "podSelector": selector(), "policyTypes": ["Ingress"], "ingress": rule("from"), "egress": rule("to"),
            }})
        }
        Kind::ResourceQuota => json!({"spec": {
            "hard": {"pods": 1}, "scopes": ["BestEffort"], "scopeSelector": {"matchExpressions": []},
        }}),
        Kind::LimitRange => json!({"spec": {"limits": [{
            "type": "Container", "default": {"cpu": 1}, "defaultRequest": {"cpu": 1}, "max": {"cpu": 1},
            "min": {"cpu": 1},
        }]}}),
        Kind::Service => json!({"spec": {
            "type": "LoadBalancer", "selector": {"app": "web"}, "externalIPs": ["192.0.2.1"],
            "loadBalancerSourceRanges": ["10.0.0.0/8"],
        }}),
        Kind::Ingress => json!({"spec": {
            "defaultBackend": {"service": {"name": "web"}},
            "rules": [{"http": {"paths": [{"backend": {"service": {"name": "web"}}}]}}],
        }}),
        Kind::ConfigMap => json!({"data": {"a": "b"}}),
        Kind::CertificateSigningRequest => json!({
            "spec": {"request": "eA==", "signerName": "s", "usages": ["client auth"], "username": "u", "groups": ["g"]},
            "status": {"conditions": [{"type": "Approved"}], "certificate": "eA=="},
        }),
        Kind::ComplianceStatement => json!({"spec": {
            "profile": "pci", "control": "2.3", "part": "a", "statedAt": "2026-11-20T12:00:00Z",
            "validUntil": "2026-11-21T12:00:00Z", "reviewed": {"hash": "h", "identities": ["h User eve"]},
        }}),
        Kind::ThirdParty(kind) => third_party(kind),
        Kind::CronJob => json!({"spec": {"jobTemplate": {"spec": {
            "template": {"metadata": metadata(), "spec": pod_spec()},
        }}}}),
        Kind::Deployment | Kind::StatefulSet | Kind::DaemonSet | Kind::Job | Kind::ReplicaSet => {
            json!({
                "spec": {"template": {"metadata": metadata(), "spec": pod_spec()}},
                "status": {
                    "observedGeneration": 2, "replicas": 1, "updatedReplicas": 1, "desiredNumberScheduled": 1,
                    "updatedNumberScheduled": 1, "conditions": [{"type": "Complete", "status": "False"}],
                },
            })
        }
        Kind::Pod => {
            let statuses = json!([{
                "name": "app", "user": {"linux": {"uid": 0}},
                "state": {"running": {}, "terminated": {}}, "lastState": {"running": {}, "terminated": {}},
            }]);
            json!({"spec": pod_spec(), "status": {
                "phase": "Running", "containerStatuses": statuses, "initContainerStatuses": statuses,
                "ephemeralContainerStatuses": statuses,
            }})
        }
    };
    object["metadata"] = metadata();
    object
}

/// Fields whose keys are their author's: `null` in them is a value, and the API server's own readers disagree on it.
const MAPS: [&str; 11] = [
    "labels",
    "annotations",
    "matchLabels",
    "selector",
    "data",
    "nodeSelector",
    "limits",
    "requests",
    "hard",
    "default",
    "defaultRequest",
];

/// JSON pointers to every field of the object, but for entries of maps.
fn fields(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(entries) => {
            let is_map = |name: &str| MAPS.contains(&name) || matches!(name, "max" | "min");
            for (name, value) in entries {
                let path = format!("{at}/{name}");
                if !is_map(name) || value.is_array() {
                    fields(value, &path, found);
                }
                found.push(path);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                fields(item, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}

fn paths(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    fields(value, "", &mut found);
    assert!(found.len() > 10, "{found:?}");
    found
}

fn read(kind: Kind, value: &Value) -> Result<Object, DecodeError> {
    decode(kind, &value.to_string(), &[])
}

fn set(value: &Value, path: &str, new: Value) -> Value {
    let mut changed = value.clone();
    match changed.pointer_mut(path) {
        Some(place) => *place = new,
        None => panic!("{path} is not there"),
    }
    changed
}

fn without(value: &Value, path: &str) -> Value {
    let mut changed = value.clone();
    let (parent, name) = path.rsplit_once('/').unwrap_or_default();
    let parent = changed.pointer_mut(parent).and_then(Value::as_object_mut);
    assert!(
        parent.is_some_and(|parent| parent.remove(name).is_some()),
        "{path} is not there"
    );
    changed
}

/// `/spec/containers/0/name` as errors write it.
fn written(path: &str) -> String {
    let mut text = String::new();
    for part in path.split('/').skip(1) {
        if part.bytes().all(|byte| byte.is_ascii_digit()) {
            text = format!("{text}[{part}]");
        } else if text.is_empty() {
            text.push_str(part);
        } else {
            text = format!("{text}.{part}");
        }
    }
    text
}

#[test]
fn whole_objects_are_read() {
    for kind in Kind::ALL {
        assert!(read(kind, &whole(kind)).is_ok(), "{kind}");
    }
}

#[test]
fn null_is_as_good_as_nothing_in_every_field() {
    for kind in Kind::ALL {
        let object = whole(kind);
        for path in paths(&object) {
            let null = read(kind, &set(&object, &path, Value::Null));
            let absent = read(kind, &without(&object, &path));
            assert!(
                null == absent || (null.is_err() && absent.is_err()),
                "{kind} {path}\n  null:   {null:?}\n  absent: {absent:?}"
            );
        }
    }
}

#[test]
fn a_list_in_an_objects_place_is_refused_in_every_field() {
    for kind in Kind::ALL {
        let object = whole(kind);
        for path in paths(&object) {
            if !object.pointer(&path).is_some_and(Value::is_object) || is_opaque(&path) {
                continue;
            }
            let error = read(kind, &set(&object, &path, json!([]))).err();
            let field = error.as_ref().map(|error| error.field.as_str());
            assert_eq!(field, Some(written(&path).as_str()), "{kind} {error:?}");
        }
        let error = read(kind, &json!([])).err();
        assert!(error.is_some_and(|error| error.field == "."), "{kind}");
    }
}

/// Objects of which a view asks only whether they are there.
fn is_opaque(path: &str) -> bool {
    ["/running", "/terminated", "/scopeSelector"]
        .iter()
        .any(|end| path.ends_with(end))
}

#[test]
fn items_of_lists_are_objects_too() {
    for (kind, value, field) in [
        (
            Kind::Pod,
            json!({"spec": {"containers": [[]]}}),
            "spec.containers[0]",
        ),
        (
            Kind::Role,
            json!({"rules": [[["get"], [""], ["pods"], [], []]]}),
            "rules[0]",
        ),
        (
            Kind::RoleBinding,
            json!({"roleRef": {"kind": "Role", "name": "a"}, "subjects": [["User", "", "jane"]]}),
            "subjects[0]",
        ),
    ] {
        let error = read(kind, &value).err();
        assert_eq!(error.map(|error| error.field).as_deref(), Some(field));
    }
}
