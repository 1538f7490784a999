//! Random objects of every watched kind, from a pool so small that they meet: two namespaces, two names a kind.

use std::fmt;

use assay_inventory::Kind;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::third_party;

pub(crate) const NAMESPACES: [&str; 2] = ["pay", "shop"];
pub(crate) const NAMES: [&str; 2] = ["a", "b"];

/// Which object of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) namespace: usize,
    pub(crate) name: usize,
}

impl Slot {
    /// The name of an object of this kind; Namespaces bear the names that others are in.
    pub(crate) fn name_of(self, kind: Kind) -> &'static str {
        if kind == Kind::Namespace {
            NAMESPACES[self.name]
        } else {
            NAMES[self.name]
        }
    }

    /// Its namespace; empty for kinds that have none.
    pub(crate) fn namespace_of(self, kind: Kind) -> &'static str {
        if kind.served().namespaced {
            NAMESPACES[self.namespace]
        } else {
            ""
        }
    }
}

pub(crate) fn slot() -> impl Strategy<Value = Slot> {
    (0..NAMESPACES.len(), 0..NAMES.len()).prop_map(|(namespace, name)| Slot { namespace, name })
}

pub(crate) fn kind() -> impl Strategy<Value = Kind> {
    // What others join comes more often.
    let workloads = vec![Kind::Pod, Kind::ReplicaSet, Kind::Deployment, Kind::Job];
    let bindings = vec![
        Kind::ClusterRole,
        Kind::ClusterRoleBinding,
        Kind::RoleBinding,
    ];
    prop_oneof![
        4 => select(&Kind::FIRST_PARTY[..]),
        1 => third_party::kind(),
        4 => select(workloads),
        1 => select(bindings),
        1 => select(vec![Kind::Namespace, Kind::NetworkPolicy]),
        1 => select(vec![Kind::Service, Kind::Ingress, Kind::ConfigMap]),
        1 => Just(Kind::ComplianceStatement),
    ]
}

/// An object's JSON but for what the step that applies it knows: its place and when it was created.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) kind: Kind,
    pub(crate) slot: Slot,
    pub(crate) object: Value,
    /// How many seconds ago it was created.
    pub(crate) age: Option<i64>,
}

impl fmt::Debug for Draft {
    /// One line: a failing history is read by people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} created {:?} s ago: {}",
            self.kind, self.age, self.object
        )
    }
}

pub(crate) fn draft() -> impl Strategy<Value = Draft> {
    kind().prop_flat_map(draft_of)
}

fn draft_of(kind: Kind) -> impl Strategy<Value = Draft> {
    let age = prop_oneof![Just(None), (0..8_i64).prop_map(Some)];
    let meta = (labels(), owner(kind), incarnation(), manager());
    (slot(), body(kind), meta, age).prop_map(move |(slot, mut object, meta, age)| {
        let (labels, owner, incarnation, manager) = meta;
        let name = slot.name_of(kind);
        object["metadata"] = merge(
            object["metadata"].clone(),
            json!({
                "name": name,
                "uid": uid(kind.served().kind, name, incarnation),
                "labels": labels,
                "ownerReferences": owner,
                "managedFields": manager,
                "generation": 1,
            }),
        );
        if kind.served().namespaced {
            object["metadata"]["namespace"] = json!(NAMESPACES[slot.namespace]);
        }
        drop_nulls(&mut object);
        Draft {
            kind,
            slot,
            object,
            age,
        }
    })
}

/// The API leaves out what is not there.
fn drop_nulls(value: &mut Value) {
    if let Value::Object(fields) = value {
        fields.retain(|_, field| !field.is_null());
        fields.values_mut().for_each(drop_nulls);
    }
}

fn merge(base: Value, with: Value) -> Value {
    match (base, with) {
        (Value::Object(mut base), Value::Object(with)) => {
            base.extend(with);
            Value::Object(base)
        }
        (_, with) => with,
    }
}

fn uid(kind: &str, name: &str, incarnation: u8) -> String {
    format!("{kind}-{name}-{incarnation}")
}

/// A node that an API server may listen on, by the second of its addresses.
fn api_server_node(address: &str, version: &str) -> Value {
    json!({"status": {
        "nodeInfo": {"kubeletVersion": version, "operatingSystem": "linux"},
        "addresses": [{"type": "InternalIP", "address": "2001:db8::9"}, {"type": "InternalIP", "address": address}],
        "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": "2027-12-10T06:40:00Z"}],
    }})
}

/// A node on which RKE2 has noted what its API server is given.
fn rke2_server(address: &str) -> Value {
    let arguments = r#"["server","--kube-apiserver-arg=token-auth-file=/t"]"#;
    let mut node = api_server_node(address, "v1.36.0+rke2r1");
    node["metadata"] = json!({"annotations": {"rke2.io/node-args": arguments}});
    node
}

/// Most objects are of the first incarnation, so that references hit.
fn incarnation() -> impl Strategy<Value = u8> {
    prop_oneof![4 => Just(0_u8), 1 => Just(1_u8)]
}

fn labels() -> impl Strategy<Value = Value> {
    select(vec![
        json!({}),
        json!({"app": "x"}),
        json!({"app": "y"}),
        json!({"app": "x", "pci": "cde"}),
    ])
}

fn manager() -> impl Strategy<Value = Value> {
    select(vec![
        json!(null),
        json!([{"manager": "kubectl", "time": "2027-12-01T00:00:00Z"}]),
        json!([{"manager": "argocd", "time": "2027-12-02T00:00:00Z"}]),
    ])
}

/// The owners that objects of this kind have in life, and some they only have in hostile hands.
fn owner(kind: Kind) -> BoxedStrategy<Value> {
    let usual: &[(&str, &str)] = match kind {
        Kind::Pod => &[
            ("apps/v1", "ReplicaSet"),
            ("apps/v1", "ReplicaSet"),
            ("apps/v1", "StatefulSet"),
            ("apps/v1", "DaemonSet"),
            ("batch/v1", "Job"),
            ("v1", "Node"),
            ("example.com/v1", "Rollout"),
            ("v1", "Pod"),
        ],
        Kind::ReplicaSet => &[
            ("apps/v1", "Deployment"),
            ("apps/v1", "Deployment"),
            ("apps/v1beta2", "Deployment"),
            ("example.com/v1", "Rollout"),
            ("apps/v1", "ReplicaSet"),
        ],
        Kind::Job => &[("batch/v1", "CronJob"), ("example.com/v1", "Flow")],
        Kind::Deployment | Kind::StatefulSet => {
            &[("example.com/v1", "App"), ("apps/v1", "ReplicaSet")]
        }
        _ => return Just(json!(null)).boxed(),
    };
    let reference = (
        select(usual),
        select(&NAMES[..]),
        incarnation(),
        any::<u8>(),
    );
    let reference = reference.prop_map(|((api_version, kind), name, incarnation, odds)| {
        json!([{
            "apiVersion": api_version,
            "kind": kind,
            "name": name,
            "uid": uid(kind, name, incarnation),
            "controller": odds >= 16,
        }])
    });
    prop_oneof![1 => Just(json!(null)), 3 => reference].boxed()
}

/// All but the metadata.
fn body(kind: Kind) -> BoxedStrategy<Value> {
    match kind {
        Kind::Namespace => one_of(&[
            json!({}),
            json!({}),
            json!({"metadata": {"deletionTimestamp": "2027-12-10T06:00:00Z"}}),
        ]),
        Kind::Node => one_of(&[
            json!({"status": {"nodeInfo": {"kubeletVersion": "v1.36.0", "operatingSystem": "linux"}}}),
            json!({"status": {"nodeInfo": {"kubeletVersion": "v1.20.0", "operatingSystem": "linux"}}}),
            json!({"status": {"conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": "2027-12-10T06:40:00Z"}]}}),
            api_server_node("192.0.2.1", "v1.36.0"),
            api_server_node("192.0.2.2", "v1.36.0"),
            api_server_node("192.0.2.2", "v1.36.0-eks-1de2ab1"),
            rke2_server("192.0.2.1"),
        ]),
        Kind::ServiceAccount => one_of(&[
            json!({}),
            json!({"automountServiceAccountToken": true}),
            json!({"automountServiceAccountToken": false}),
        ]),
        Kind::ClusterRole | Kind::Role => one_of(&[
            json!({}),
            json!({"rules": [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]}),
            json!({"rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]}),
            json!({"rules": [{"apiGroups": [""], "resources": ["secrets"], "verbs": ["get", "list"]}]}),
        ]),
        Kind::ClusterRoleBinding | Kind::RoleBinding => binding(kind),
        Kind::NetworkPolicy => policy(),
        Kind::ResourceQuota => one_of(&[
            json!({"spec": {"hard": {"pods": 10}}}),
            json!({"spec": {"hard": {"requests.cpu": 10, "limits.memory": "1Gi", "pods": 10}}}),
            json!({"spec": {"hard": {"requests.cpu": 10}, "scopes": ["BestEffort"]}}),
        ]),
        Kind::LimitRange => one_of(&[
            json!({"spec": {"limits": [{"type": "Container", "default": {"memory": "1Gi"}}]}}),
            json!({"spec": {"limits": [{"type": "Container", "max": {"cpu": 1}}]}}),
            json!({"spec": {"limits": [{"type": "Pod", "max": {"memory": "1Gi"}}]}}),
        ]),
        Kind::Service => one_of(&[
            json!({"spec": {"selector": {"app": "x"}}}),
            json!({"spec": {"type": "NodePort", "selector": {"app": "x"}}}),
            json!({"spec": {"type": "LoadBalancer", "selector": {"app": "x"}}}),
            json!({"spec": {"type": "LoadBalancer", "selector": {"app": "y"}, "loadBalancerSourceRanges": ["10.0.0.0/8"]}}),
        ]),
        Kind::Ingress => one_of(&[
            json!({"spec": {"defaultBackend": {"service": {"name": "a"}}}}),
            json!({"spec": {"defaultBackend": {"service": {"name": "b"}}}}),
            json!({"metadata": {"annotations": {"nginx.ingress.kubernetes.io/auth-url": "https://login"}},
                "spec": {"defaultBackend": {"service": {"name": "a"}}}}),
        ]),
        // Most have nothing in them that is found.
        Kind::ConfigMap => one_of(&[
            json!({}),
            json!({"data": {"a": "b"}}),
            json!({"data": {"config": "kind: Config\nclusters: []\nusers:\n- user:\n    token: hunter2hunter2\n"}}),
            json!({"data": {"grafana.ini": "[auth.anonymous]\nenabled = true\n"}}),
        ]),
        Kind::CertificateSigningRequest => request(),
        Kind::ComplianceStatement => statement(),
        Kind::ThirdParty(kind) => one_of(&third_party::bodies(kind)),
        Kind::Pod => pod(),
        Kind::CronJob => pod_spec()
            .prop_map(
                |spec| json!({"spec": {"jobTemplate": {"spec": {"template": {"spec": spec}}}}}),
            )
            .boxed(),
        Kind::Deployment | Kind::StatefulSet | Kind::DaemonSet | Kind::Job | Kind::ReplicaSet => {
            controller()
        }
    }
}

fn one_of(values: &[Value]) -> BoxedStrategy<Value> {
    select(values.to_vec()).boxed()
}

fn binding(kind: Kind) -> BoxedStrategy<Value> {
    let roles = if kind == Kind::RoleBinding {
        vec!["ClusterRole", "Role"]
    } else {
        vec!["ClusterRole"]
    };
    let subjects = select(vec![
        json!([]),
        json!([{"kind": "User", "name": "eve"}]),
        json!([{"kind": "Group", "name": "system:authenticated"}]),
        json!([{"kind": "Group", "name": "system:serviceaccounts:shop"}]),
        json!([{"kind": "ServiceAccount", "namespace": "shop", "name": "a"}]),
        json!([{"kind": "ServiceAccount", "namespace": "pay", "name": "b"}, {"kind": "User", "name": "eve"}]),
        json!([{"kind": "User", "name": "system:serviceaccount:shop:a"}]),
    ]);
    (select(roles), select(vec!["a", "b", "cluster-admin"]), subjects)
        .prop_map(|(role_kind, role, subjects)| {
            json!({"roleRef": {"kind": role_kind, "name": role}, "subjects": subjects})
        })
        .boxed()
}

fn policy() -> BoxedStrategy<Value> {
    let pods = select(vec![
        json!({}),
        json!({"matchLabels": {"app": "x"}}),
        json!({"matchExpressions": [{"key": "app", "operator": "Exists"}]}),
    ]);
    let types = select(vec![
        json!(null),
        json!(["Ingress", "Egress"]),
        json!(["Egress"]),
    ]);
    let rules = || {
        select(vec![
            json!(null),
            json!([]),
            json!([{}]),
            json!([{"ports": [{"port": 443}]}]),
            json!([{"from": [{"ipBlock": {"cidr": "0.0.0.0/1"}}], "to": [{"ipBlock": {"cidr": "0.0.0.0/1"}}]}]),
            json!([{"from": [{"ipBlock": {"cidr": "128.0.0.0/1"}}], "to": [{"ipBlock": {"cidr": "128.0.0.0/1"}}]}]),
            json!([{"from": [{"namespaceSelector": {}}], "to": [{"namespaceSelector": {}}]}]),
        ])
    };
    (pods, types, rules(), rules())
        .prop_map(|(pods, types, ingress, egress)| {
            json!({"spec": {"podSelector": pods, "policyTypes": types, "ingress": ingress, "egress": egress}})
        })
        .boxed()
}

/// Requests and a certificate as the check's own documentation shows them; the certificate expires at
/// [`super::steps::EXPIRY`].
fn request() -> BoxedStrategy<Value> {
    let written = |field: &str| -> Vec<String> {
        let check = assay_checks::find("masters-certificate-request").expect("a check");
        let lines = check.meta.markdown.lines();
        let mut found: Vec<String> = lines
            .filter_map(|line| line.trim().strip_prefix(field))
            .map(ToOwned::to_owned)
            .collect();
        found.sort();
        found.dedup();
        found
    };
    let requests: Vec<String> = written("request: ");
    let certificate = written("certificate: ").remove(0);
    let statuses = vec![
        json!(null),
        json!({"conditions": [{"type": "Approved", "status": "True"}]}),
        json!({"conditions": [{"type": "Denied", "status": "True"}]}),
        json!({"conditions": [{"type": "Approved", "status": "True"}], "certificate": certificate}),
        json!({"conditions": [{"type": "Approved", "status": "True"}], "certificate": certificate}),
        json!({"conditions": [{"type": "Approved", "status": "True"}], "certificate": "bm9uc2Vuc2U="}),
    ];
    (select(requests), select(statuses), any::<bool>())
        .prop_map(|(request, status, client)| {
            let usages = if client { "client auth" } else { "server auth" };
            json!({
                "spec": {"signerName": "example.com/c", "usages": [usages], "username": "eve", "request": request},
                "status": status,
            })
        })
        .boxed()
}

/// Statements around the beginning of every history: on what is stated, on what nobody knows, for one profile or for all.
fn statement() -> BoxedStrategy<Value> {
    let on = select(vec![
        ("2.3", "entitlement-review"),
        ("2.3", "entitlement-review"),
        ("2.3", "rights-outside-the-cluster"),
        ("2.3", "rights-outside-the-cluster"),
        ("2.3", "another-part"),
        ("99.9", "entitlement-review"),
    ]);
    let reviewed = select(vec![
        json!(null),
        json!({"hash": "00"}),
        json!({"hash": "00", "identities": ["00 User eve"]}),
    ]);
    // The last is half a year, to the minute, before some instant of every history.
    let stated = select(vec![
        "2027-12-10T06:45:00Z",
        "2027-12-10T06:52:00Z",
        "2027-06-13T06:51:00Z",
    ]);
    let until = select(vec![
        "2027-12-10T06:51:30Z",
        "2027-12-10T06:55:00Z",
        "2028-12-10T00:00:00Z",
    ]);
    let profile = select(vec![json!(null), json!(null), json!("another")]);
    (on, reviewed, stated, until, profile)
        .prop_map(|((control, part), reviewed, stated, until, profile)| {
            json!({"spec": {
                "control": control, "part": part, "reviewed": reviewed, "statedAt": stated, "validUntil": until,
                "profile": profile,
            }})
        })
        .boxed()
}

fn pod_spec() -> BoxedStrategy<Value> {
    let container = || {
        select(vec![
            json!({}),
            json!({"securityContext": {"privileged": true}}),
            json!({"image": "prom/prometheus"}),
            json!({"image": "fluent/fluent-bit"}),
            json!({"securityContext": {"runAsNonRoot": true}}),
            json!({"securityContext": {"runAsUser": 0}}),
            json!({"resources": {"limits": {"memory": "64Mi", "cpu": 1}}}),
            json!({"resources": {"requests": {"cpu": "10m"}}}),
            json!({"env": [{"name": "DB_PASSWORD", "value": "hunter2hunter2"}]}),
            json!({"volumeMounts": [{"name": "scratch", "mountPath": "/tmp"}]}),
        ])
    };
    let pod = select(vec![
        json!({}),
        json!({}),
        json!({"hostNetwork": true}),
        json!({"hostUsers": false}),
        json!({"nodeName": "a", "volumes": [{"name": "logs", "hostPath": {"path": "/var/log"}}]}),
        json!({"os": {"name": "windows"}}),
        json!({"serviceAccountName": "a", "volumes": [{"name": "scratch", "emptyDir": {}}]}),
        json!({"serviceAccountName": "b", "automountServiceAccountToken": true, "resources": {"limits": {"memory": "1Gi"}}}),
    ]);
    let helper = proptest::option::weighted(0.3, container());
    (pod, container(), helper)
        .prop_map(|(pod, app, helper)| {
            let named = |body: Value, name: &str| merge(json!({"name": name, "image": name}), body);
            let mut containers = vec![named(app, "app")];
            containers.extend(helper.map(|body| named(body, "helper")));
            merge(pod, json!({"containers": containers}))
        })
        .boxed()
}

fn pod() -> BoxedStrategy<Value> {
    let users = select(vec![
        json!(null),
        json!([{"name": "app", "state": {"running": {}}}]),
        json!([{"name": "app", "state": {"running": {}}, "user": {"linux": {"uid": 0}}}]),
        json!([{"name": "app", "state": {"running": {}}, "user": {"linux": {"uid": 1000}}}]),
    ]);
    let phase = prop_oneof![4 => Just("Running"), 1 => Just("Succeeded")];
    let ready = prop_oneof![2 => Just("True"), 1 => Just("False")];
    (pod_spec(), phase, ready, users)
        .prop_map(|(spec, phase, ready, users)| {
            let conditions = json!([{"type": "Ready", "status": ready}]);
            json!({"spec": spec, "status": {"phase": phase, "conditions": conditions, "containerStatuses": users}})
        })
        .boxed()
}

fn controller() -> BoxedStrategy<Value> {
    let status = select(vec![
        json!(null),
        json!({"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1}),
        json!({"observedGeneration": 1, "desiredNumberScheduled": 1, "updatedNumberScheduled": 1}),
        json!({"observedGeneration": 0, "replicas": 1, "updatedReplicas": 1}),
        json!({"conditions": [{"type": "Complete", "status": "True"}]}),
    ]);
    (pod_spec(), labels(), status)
        .prop_map(|(spec, labels, status)| {
            json!({"spec": {"template": {"metadata": {"labels": labels}, "spec": spec}}, "status": status})
        })
        .boxed()
}
