//! What is created, changed and deleted: a row for each watched kind that a finding can begin or end with. Only Node has
//! none: what is judged of nodes is what their kubelets tell.
//!
//! A new check wants a row where it reads a kind, or a field's absence, that no row touches yet. `{ns}` stands for the
//! row's own namespace.

use assay_e2e::{MASTERS_REQUEST, OPERATOR_NAMESPACE};
use serde_json::{Value, json};

/// An object whose coming, changes and going make a finding come and go.
pub(crate) struct Row {
    /// Which kind the row is about, for messages and for the namespace's name.
    pub(crate) kind: &'static str,
    /// Whether the finding is there while the object is not.
    pub(crate) cures: bool,
    /// The check that fails.
    pub(crate) check: &'static str,
    /// The object with the fault.
    pub(crate) bad: Value,
    /// The same object without the fault; `None` where the API lets nobody change it.
    pub(crate) good: Option<Value>,
    /// What has to be there before.
    pub(crate) beside: Vec<Value>,
    /// Kind and name of the object the finding is on, where that is not the violating one.
    pub(crate) on: Option<(&'static str, &'static str)>,
    /// Where the findings are: the row's namespace, or the operator's for cluster-scoped objects.
    pub(crate) home: &'static str,
}

const OWN: &str = "{ns}";
const RBAC: &str = "rbac.authorization.k8s.io";

impl Row {
    fn new(kind: &'static str, check: &'static str, make: impl Fn(bool) -> Value) -> Self {
        Self {
            kind,
            cures: false,
            check,
            bad: make(true),
            good: Some(make(false)),
            beside: Vec::new(),
            on: None,
            home: OWN,
        }
    }

    fn cures(mut self) -> Self {
        self.cures = true;
        self
    }

    fn immutable(mut self) -> Self {
        self.good = None;
        self
    }

    fn beside(mut self, object: Value) -> Self {
        self.beside.push(object);
        self
    }

    fn on(mut self, kind: &'static str, name: &'static str) -> Self {
        self.on = Some((kind, name));
        self
    }

    fn at_home(mut self) -> Self {
        self.home = OPERATOR_NAMESPACE;
        self
    }
}

/// Every row.
pub(crate) fn rows() -> Vec<Row> {
    let mut all = workloads();
    all.extend(grants());
    all.extend(cures());
    all.extend(beside());
    all.push(
        Row::new("CertificateSigningRequest", "masters-certificate-request", |_| {
            json!({"apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest",
                "metadata": {"name": "{ns}-masters"},
                "spec": {"signerName": "example.com/clients", "usages": ["client auth"], "request": MASTERS_REQUEST}})
        })
        .immutable()
        .at_home(),
    );
    all
}

fn workloads() -> Vec<Row> {
    let of = |kind: &'static str, api_version: &'static str, spec: fn(bool) -> Value| {
        Row::new(kind, "privileged-container", move |privileged| {
            subject(kind, api_version, &spec(privileged))
        })
    };
    vec![
        of("Pod", "v1", |privileged| pod(privileged, "Always")).immutable(),
        of(
            "Deployment",
            "apps/v1",
            |privileged| json!({"selector": selector(), "template": template(privileged, "Always")}),
        ),
        of(
            "StatefulSet",
            "apps/v1",
            |privileged| json!({"selector": selector(), "template": template(privileged, "Always"), "serviceName": "subject"}),
        ),
        of(
            "DaemonSet",
            "apps/v1",
            |privileged| json!({"selector": selector(), "template": template(privileged, "Always")}),
        ),
        // Its pods are not replaced when the template changes, so it has none.
        of("ReplicaSet", "apps/v1", no_replicas),
        of(
            "Job",
            "batch/v1",
            |privileged| json!({"template": template(privileged, "Never")}),
        )
        .immutable(),
        of("CronJob", "batch/v1", |privileged| {
            let job = json!({"spec": {"template": template(privileged, "Never")}});
            json!({"schedule": "0 0 1 1 *", "jobTemplate": job})
        }),
    ]
}

fn subject(kind: &str, api_version: &str, spec: &Value) -> Value {
    json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": "subject", "namespace": OWN}, "spec": spec})
}

fn selector() -> Value {
    json!({"matchLabels": {"app": "subject"}})
}

fn template(privileged: bool, restart: &str) -> Value {
    json!({"metadata": {"labels": {"app": "subject"}}, "spec": pod(privileged, restart)})
}

fn pod(privileged: bool, restart: &str) -> Value {
    json!({"restartPolicy": restart, "containers": [
        {"name": "main", "image": "registry.example.com/app:1", "securityContext": {"privileged": privileged}},
    ]})
}

fn no_replicas(privileged: bool) -> Value {
    json!({"replicas": 0, "selector": selector(), "template": template(privileged, "Always")})
}

fn grants() -> Vec<Row> {
    const CHECK: &str = "cluster-admin-binding";
    let binding = |kind: &str, name: &str, role: (&str, &str), granted: bool| {
        let user = json!({"apiGroup": RBAC, "kind": "User", "name": "somebody"});
        let subjects = if granted { vec![user] } else { Vec::new() };
        json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind,
            "metadata": metadata(kind == "RoleBinding", name),
            "roleRef": {"apiGroup": RBAC, "kind": role.0, "name": role.1}, "subjects": subjects})
    };
    let role = |kind: &str, name: &str, everything: bool| {
        let what = if everything { "*" } else { "pods" };
        let group = if everything { "*" } else { "" };
        let verb = if everything { "*" } else { "get" };
        json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind, "metadata": metadata(kind == "Role", name),
            "rules": [{"apiGroups": [group], "resources": [what], "verbs": [verb]}]})
    };
    let admin = ("ClusterRole", "cluster-admin");
    vec![
        Row::new("ClusterRoleBinding", CHECK, |bad| {
            binding("ClusterRoleBinding", "{ns}-admin", admin, bad)
        })
        .at_home(),
        Row::new("RoleBinding", CHECK, |bad| {
            binding("RoleBinding", "admin", admin, bad)
        }),
        Row::new("ClusterRole", CHECK, |bad| {
            role("ClusterRole", "{ns}-role", bad)
        })
        .beside(binding(
            "ClusterRoleBinding",
            "{ns}-ops",
            ("ClusterRole", "{ns}-role"),
            true,
        ))
        .on("ClusterRoleBinding", "{ns}-ops")
        .at_home(),
        Row::new("Role", CHECK, |bad| role("Role", "role", bad))
            .beside(binding("RoleBinding", "ops", ("Role", "role"), true))
            .on("RoleBinding", "ops"),
    ]
}

/// Objects whose absence is a fault.
fn cures() -> Vec<Row> {
    vec![
        Row::new("NetworkPolicy", "default-deny-ingress", |bad| {
            let rules = if bad { json!([{}]) } else { json!([]) };
            let spec = json!({"podSelector": {}, "policyTypes": ["Ingress"], "ingress": rules});
            subject("NetworkPolicy", "networking.k8s.io/v1", &spec)
        })
        .cures()
        .beside(subject("Pod", "v1", &pod(false, "Always")))
        .on("Namespace", OWN),
        // Deleted, the default one is created anew as every namespace gets it.
        Row::new(
            "ServiceAccount",
            "default-service-account-automount",
            |bad| {
                json!({"apiVersion": "v1", "kind": "ServiceAccount", "automountServiceAccountToken": bad,
                    "metadata": {"name": "default", "namespace": OWN}})
            },
        )
        .cures(),
        Row::new("ResourceQuota", "namespace-quota-missing", |bad| {
            let hard = if bad {
                json!({"pods": "50"})
            } else {
                json!({"limits.memory": "64Gi", "limits.cpu": "64", "pods": "50"})
            };
            subject("ResourceQuota", "v1", &json!({"hard": hard}))
        })
        .cures()
        .on("Namespace", OWN),
        Row::new("LimitRange", "memory-limit-missing", |bad| {
            let default = if bad {
                json!({"cpu": "1"})
            } else {
                json!({"cpu": "1", "memory": "1Gi"})
            };
            let limits = json!([{"type": "Container", "default": default}]);
            subject("LimitRange", "v1", &json!({"limits": limits}))
        })
        .cures()
        // A template: a living pod keeps what it was given when it was created.
        .beside(subject("ReplicaSet", "apps/v1", &no_replicas(false)))
        .on("ReplicaSet", "subject"),
    ]
}

/// What opens a workload to others, and what lies about.
fn beside() -> Vec<Row> {
    const CHECK: &str = "exposed-without-login";
    let prometheus = || {
        let containers = json!([{"name": "main", "image": "quay.io/prometheus/prometheus:v3.1.0"}]);
        let template =
            json!({"metadata": {"labels": {"app": "subject"}}, "spec": {"containers": containers}});
        let spec = json!({"replicas": 0, "selector": selector(), "template": template});
        subject("ReplicaSet", "apps/v1", &spec)
    };
    let service = |kind: &str| {
        let ports = json!([{"port": 9090}]);
        let spec = json!({"type": kind, "selector": {"app": "subject"}, "ports": ports});
        subject("Service", "v1", &spec)
    };
    let config = "kind: Config\nclusters: []\nusers:\n- user:\n    token: 0123456789abcdef\n";
    vec![
        Row::new("Service", CHECK, |bad| {
            service(if bad { "NodePort" } else { "ClusterIP" })
        })
        .beside(prometheus())
        .on("ReplicaSet", "subject"),
        Row::new("Ingress", CHECK, |bad| {
            let backend = json!({"service": {"name": "subject", "port": {"number": 9090}}});
            let login = if bad { "" } else { "https://login.example.com" };
            json!({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "spec": {"defaultBackend": backend},
                "metadata": {"name": "subject", "namespace": OWN,
                    "annotations": {"nginx.ingress.kubernetes.io/auth-url": login}}})
        })
        .beside(prometheus())
        .beside(service("ClusterIP"))
        .on("ReplicaSet", "subject"),
        Row::new("ConfigMap", "kubeconfig-in-config-map", |bad| {
            let text = if bad { config } else { "nothing" };
            json!({"apiVersion": "v1", "kind": "ConfigMap", "data": {"config": text},
                "metadata": {"name": "subject", "namespace": OWN}})
        }),
    ]
}

fn metadata(namespaced: bool, name: &str) -> Value {
    if namespaced {
        json!({"name": name, "namespace": OWN})
    } else {
        json!({"name": name})
    }
}
