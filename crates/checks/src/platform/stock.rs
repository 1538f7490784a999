//! The bindings that Kubernetes itself creates, exactly as it does.
//!
//! Source: the bootstrap policy of the API server (`plugin/pkg/auth/authorizer/rbac/bootstrappolicy` in
//! kubernetes/kubernetes, release 1.36, with all feature gates on) and what kubeadm of that release adds.
//!
//! Left out on purpose: kubeadm's `kubeadm:cluster-admins`, which is every right for a group that people log in with
//! (judged by 2.1), and its `kubeadm:bootstrap-signer-clusterinfo`, which lets strangers read (judged by 1.1).

use assay_inventory::view::{Binding, SubjectKind};

/// A binding as shipped.
#[derive(Debug, Clone, Copy)]
pub struct StockBinding {
    /// Namespace; empty for a `ClusterRoleBinding`.
    pub namespace: &'static str,
    /// Name.
    pub name: &'static str,
    /// Whether `roleRef` names a `ClusterRole`.
    pub cluster_role: bool,
    /// Name of the role.
    pub role: &'static str,
    /// Subjects, in any order: kind, namespace, name.
    pub subjects: &'static [StockSubject],
    /// Why it is exempt, as reports say it.
    pub reason: &'static str,
}

/// Kind, namespace and name of a subject.
pub type StockSubject = (SubjectKind, &'static str, &'static str);

impl StockBinding {
    /// Whether the binding equals this one in name, role and subjects.
    #[must_use]
    pub fn is(&self, binding: &Binding) -> bool {
        let same = |stock: &StockSubject, subject: &assay_inventory::view::RbacSubject| {
            let (kind, namespace, name) = *stock;
            subject.kind == kind
                && subject.namespace.as_ref() == namespace
                && subject.name.as_ref() == name
        };
        binding.meta.namespace.as_ref() == self.namespace
            && binding.meta.name.as_ref() == self.name
            && binding.role.cluster == self.cluster_role
            && binding.role.name.as_ref() == self.role
            && binding.subjects.len() == self.subjects.len()
            && self.subjects.iter().all(|stock| {
                let mut subjects = binding.subjects.iter();
                subjects.any(|subject| same(stock, subject))
            })
    }
}

const KUBERNETES: &str = "stock binding of Kubernetes, unchanged";
const KUBEADM: &str = "stock binding of kubeadm, unchanged";
const BOOTSTRAPPERS: StockSubject = group("system:bootstrappers:kubeadm:default-node-token");
const SYSTEM: &str = "kube-system";

const fn user(name: &'static str) -> StockSubject {
    (SubjectKind::User, "", name)
}

const fn group(name: &'static str) -> StockSubject {
    (SubjectKind::Group, "", name)
}

const fn account(name: &'static str) -> StockSubject {
    (SubjectKind::ServiceAccount, SYSTEM, name)
}

/// A `ClusterRoleBinding` of the bootstrap policy.
const fn everywhere(
    name: &'static str,
    role: &'static str,
    subjects: &'static [StockSubject],
) -> StockBinding {
    StockBinding {
        namespace: "",
        name,
        cluster_role: true,
        role,
        subjects,
        reason: KUBERNETES,
    }
}

/// A `RoleBinding` of the bootstrap policy, to a Role of its namespace.
const fn within(
    namespace: &'static str,
    name: &'static str,
    role: &'static str,
    subjects: &'static [StockSubject],
) -> StockBinding {
    StockBinding {
        namespace,
        name,
        cluster_role: false,
        role,
        subjects,
        reason: KUBERNETES,
    }
}

const fn kubeadm(binding: StockBinding) -> StockBinding {
    StockBinding {
        reason: KUBEADM,
        ..binding
    }
}

/// Bindings named like their role, `ClusterRoleBindings` all.
macro_rules! named_like_role {
    ($($name:literal => [$($subject:expr),*],)*) => {
        &[$(everywhere($name, $name, &[$($subject),*]),)*]
    };
}

/// Bindings of the controllers: each to its own role and its own `ServiceAccount`.
macro_rules! controllers {
    ($($name:literal,)*) => {
        &[$(everywhere(
            concat!("system:controller:", $name),
            concat!("system:controller:", $name),
            &[account($name)],
        ),)*]
    };
}

/// `ClusterRoleBindings` of the bootstrap policy. `system:node` has no subjects: one there bypasses the Node authorizer.
const CLUSTER: &[StockBinding] = named_like_role! {
    "cluster-admin" => [group("system:masters")],
    "system:basic-user" => [group("system:authenticated")],
    "system:cluster-trust-bundle-discovery" => [group("system:serviceaccounts")],
    "system:discovery" => [group("system:authenticated")],
    "system:kube-controller-manager" => [user("system:kube-controller-manager")],
    "system:kube-dns" => [account("kube-dns")],
    "system:kube-scheduler" => [user("system:kube-scheduler")],
    "system:monitoring" => [group("system:monitoring")],
    "system:node" => [],
    "system:node-proxier" => [user("system:kube-proxy")],
    "system:public-info-viewer" => [group("system:authenticated"), group("system:unauthenticated")],
    "system:service-account-issuer-discovery" => [group("system:serviceaccounts")],
    "system:volume-scheduler" => [user("system:kube-scheduler")],
};

const CONTROLLERS: &[StockBinding] = controllers! {
    "attachdetach-controller",
    "certificate-controller",
    "clusterrole-aggregation-controller",
    "cronjob-controller",
    "daemon-set-controller",
    "deployment-controller",
    "device-taint-eviction-controller",
    "disruption-controller",
    "endpoint-controller",
    "endpointslice-controller",
    "endpointslicemirroring-controller",
    "ephemeral-volume-controller",
    "expand-controller",
    "generic-garbage-collector",
    "horizontal-pod-autoscaler",
    "job-controller",
    "kube-apiserver-serving-clustertrustbundle-publisher",
    "legacy-service-account-token-cleaner",
    "namespace-controller",
    "node-controller",
    "persistent-volume-binder",
    "pod-garbage-collector",
    "podcertificaterequestcleaner",
    "podgroup-protection-controller",
    "pv-protection-controller",
    "pvc-protection-controller",
    "replicaset-controller",
    "replication-controller",
    "resource-claim-controller",
    "resourcepoolstatusrequest-controller",
    "resourcequota-controller",
    "root-ca-cert-publisher",
    "route-controller",
    "selinux-warning-controller",
    "service-account-controller",
    "service-cidrs-controller",
    "service-controller",
    "statefulset-controller",
    "storage-version-garbage-collector",
    "storage-version-migrator-controller",
    "ttl-after-finished-controller",
    "ttl-controller",
    "validatingadmissionpolicy-status-controller",
    "volumeattributesclass-protection-controller",
};

const NAMESPACED: &[StockBinding] = &[
    within(
        "kube-public",
        "system:controller:bootstrap-signer",
        "system:controller:bootstrap-signer",
        &[account("bootstrap-signer")],
    ),
    within(
        SYSTEM,
        "system::extension-apiserver-authentication-reader",
        "extension-apiserver-authentication-reader",
        &[
            user("system:kube-controller-manager"),
            user("system:kube-scheduler"),
        ],
    ),
    within(
        SYSTEM,
        "system::leader-locking-kube-controller-manager",
        "system::leader-locking-kube-controller-manager",
        &[
            user("system:kube-controller-manager"),
            account("kube-controller-manager"),
            account("leader-election-controller"),
        ],
    ),
    within(
        SYSTEM,
        "system::leader-locking-kube-scheduler",
        "system::leader-locking-kube-scheduler",
        &[user("system:kube-scheduler"), account("kube-scheduler")],
    ),
    within(
        SYSTEM,
        "system:controller:bootstrap-signer",
        "system:controller:bootstrap-signer",
        &[account("bootstrap-signer")],
    ),
    within(
        SYSTEM,
        "system:controller:cloud-provider",
        "system:controller:cloud-provider",
        &[account("cloud-provider")],
    ),
    within(
        SYSTEM,
        "system:controller:token-cleaner",
        "system:controller:token-cleaner",
        &[account("token-cleaner")],
    ),
];

const KUBEADM_BINDINGS: &[StockBinding] = &[
    kubeadm(everywhere(
        "kubeadm:kubelet-bootstrap",
        "system:node-bootstrapper",
        &[BOOTSTRAPPERS],
    )),
    kubeadm(everywhere(
        "kubeadm:get-nodes",
        "kubeadm:get-nodes",
        &[BOOTSTRAPPERS],
    )),
    kubeadm(everywhere(
        "kubeadm:node-autoapprove-bootstrap",
        "system:certificates.k8s.io:certificatesigningrequests:nodeclient",
        &[BOOTSTRAPPERS],
    )),
    kubeadm(everywhere(
        "kubeadm:node-autoapprove-certificate-rotation",
        "system:certificates.k8s.io:certificatesigningrequests:selfnodeclient",
        &[group("system:nodes")],
    )),
    kubeadm(everywhere(
        "kubeadm:apiserver-kubelet-client",
        "system:kubelet-api-admin",
        &[user("kube-apiserver-kubelet-client")],
    )),
    kubeadm(everywhere(
        "kubeadm:node-proxier",
        "system:node-proxier",
        &[account("kube-proxy")],
    )),
    kubeadm(everywhere(
        "system:coredns",
        "system:coredns",
        &[account("coredns")],
    )),
    kubeadm(within(SYSTEM, "kube-proxy", "kube-proxy", &[BOOTSTRAPPERS])),
    kubeadm(within(
        SYSTEM,
        "kubeadm:kubeadm-certs",
        "kubeadm:kubeadm-certs",
        &[BOOTSTRAPPERS],
    )),
    kubeadm(within(
        SYSTEM,
        "kubeadm:kubelet-config",
        "kubeadm:kubelet-config",
        &[group("system:nodes"), BOOTSTRAPPERS],
    )),
    kubeadm(within(
        SYSTEM,
        "kubeadm:nodes-kubeadm-config",
        "kubeadm:nodes-kubeadm-config",
        &[BOOTSTRAPPERS, group("system:nodes")],
    )),
];

/// kubeadm's grant to strangers: the `ConfigMap` by which joining nodes find the cluster.
pub(crate) const CLUSTER_INFO: StockBinding = kubeadm(within(
    "kube-public",
    "kubeadm:bootstrap-signer-clusterinfo",
    "kubeadm:bootstrap-signer-clusterinfo",
    &[user("system:anonymous")],
));

/// kubeadm's grant of every right to the group that its administrators' certificates name.
pub(crate) const KUBEADM_ADMINS: StockBinding = kubeadm(everywhere(
    "kubeadm:cluster-admins",
    "cluster-admin",
    &[group("kubeadm:cluster-admins")],
));

/// Every exempt binding.
pub fn stock_bindings() -> impl Iterator<Item = &'static StockBinding> {
    [CLUSTER, CONTROLLERS, NAMESPACED, KUBEADM_BINDINGS]
        .into_iter()
        .flatten()
}
