//! The kinds the inventory knows, and what the Kubernetes API calls them.

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use crate::ThirdParty;
use crate::view::Text;

/// One watched kind. The order is the order in which a first list is asked for: what others refer to comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `v1 Namespace`
    Namespace,
    /// `v1 Node`
    Node,
    /// `v1 ServiceAccount`
    ServiceAccount,
    /// `rbac.authorization.k8s.io/v1 ClusterRole`
    ClusterRole,
    /// `rbac.authorization.k8s.io/v1 Role`
    Role,
    /// `rbac.authorization.k8s.io/v1 ClusterRoleBinding`
    ClusterRoleBinding,
    /// `rbac.authorization.k8s.io/v1 RoleBinding`
    RoleBinding,
    /// `networking.k8s.io/v1 NetworkPolicy`
    NetworkPolicy,
    /// `v1 ResourceQuota`
    ResourceQuota,
    /// `v1 LimitRange`
    LimitRange,
    /// `v1 Service`
    Service,
    /// `networking.k8s.io/v1 Ingress`
    Ingress,
    /// `v1 ConfigMap`
    ConfigMap,
    /// `certificates.k8s.io/v1 CertificateSigningRequest`
    CertificateSigningRequest,
    /// `apps/v1 Deployment`
    Deployment,
    /// `apps/v1 StatefulSet`
    StatefulSet,
    /// `apps/v1 DaemonSet`
    DaemonSet,
    /// `batch/v1 CronJob`
    CronJob,
    /// `batch/v1 Job`
    Job,
    /// `apps/v1 ReplicaSet`
    ReplicaSet,
    /// `v1 Pod`
    Pod,
    /// `compliance.assay.dev/v1alpha1 ComplianceStatement`
    ComplianceStatement,
    /// A kind that another tool defines.
    ThirdParty(ThirdParty),
}

/// How the API serves a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Served {
    /// API group, empty for the core group.
    pub group: &'static str,
    /// The version read; all of Kubernetes' own are GA in every supported cluster (1.33–1.37). Of another tool's kind, the one
    /// that is understood best.
    pub version: &'static str,
    /// `kind` as manifests spell it.
    pub kind: &'static str,
    /// Lower-case plural, as in URLs and RBAC rules.
    pub plural: &'static str,
    /// Whether objects live in a namespace.
    pub namespaced: bool,
}

impl Kind {
    /// Kubernetes' own kinds and ours, in the order of the enum.
    pub const FIRST_PARTY: [Self; 22] = [
        Self::Namespace,
        Self::Node,
        Self::ServiceAccount,
        Self::ClusterRole,
        Self::Role,
        Self::ClusterRoleBinding,
        Self::RoleBinding,
        Self::NetworkPolicy,
        Self::ResourceQuota,
        Self::LimitRange,
        Self::Service,
        Self::Ingress,
        Self::ConfigMap,
        Self::CertificateSigningRequest,
        Self::Deployment,
        Self::StatefulSet,
        Self::DaemonSet,
        Self::CronJob,
        Self::Job,
        Self::ReplicaSet,
        Self::Pod,
        Self::ComplianceStatement,
    ];

    /// Every kind, in the order of the enum.
    #[expect(
        clippy::indexing_slicing,
        reason = "worked out while compiling, which would fail"
    )]
    pub const ALL: [Self; Self::FIRST_PARTY.len() + ThirdParty::ALL.len()] = {
        let mut all = [Self::Namespace; Self::FIRST_PARTY.len() + ThirdParty::ALL.len()];
        let mut at = 0;
        while at < all.len() {
            all[at] = if at < Self::FIRST_PARTY.len() {
                Self::FIRST_PARTY[at]
            } else {
                Self::ThirdParty(ThirdParty::ALL[at - Self::FIRST_PARTY.len()])
            };
            at += 1;
        }
        all
    };

    /// What the API calls this kind.
    #[must_use]
    pub const fn served(self) -> Served {
        const NETWORKING: &str = "networking.k8s.io";
        const RBAC: &str = "rbac.authorization.k8s.io";
        let (group, version, kind, plural, namespaced) = match self {
            Self::Namespace => ("", "v1", "Namespace", "namespaces", false),
            Self::Node => ("", "v1", "Node", "nodes", false),
            Self::ServiceAccount => ("", "v1", "ServiceAccount", "serviceaccounts", true),
            Self::ClusterRole => (RBAC, "v1", "ClusterRole", "clusterroles", false),
            Self::Role => (RBAC, "v1", "Role", "roles", true),
            Self::ClusterRoleBinding => (
                RBAC,
                "v1",
                "ClusterRoleBinding",
                "clusterrolebindings",
                false,
            ),
            Self::RoleBinding => (RBAC, "v1", "RoleBinding", "rolebindings", true),
            Self::NetworkPolicy => (NETWORKING, "v1", "NetworkPolicy", "networkpolicies", true),
            Self::ResourceQuota => ("", "v1", "ResourceQuota", "resourcequotas", true),
            Self::LimitRange => ("", "v1", "LimitRange", "limitranges", true),
            Self::Service => ("", "v1", "Service", "services", true),
            Self::Ingress => (NETWORKING, "v1", "Ingress", "ingresses", true),
            Self::ConfigMap => ("", "v1", "ConfigMap", "configmaps", true),
            Self::CertificateSigningRequest => (
                "certificates.k8s.io",
                "v1",
                "CertificateSigningRequest",
                "certificatesigningrequests",
                false,
            ),
            Self::Deployment => ("apps", "v1", "Deployment", "deployments", true),
            Self::StatefulSet => ("apps", "v1", "StatefulSet", "statefulsets", true),
            Self::DaemonSet => ("apps", "v1", "DaemonSet", "daemonsets", true),
            Self::CronJob => ("batch", "v1", "CronJob", "cronjobs", true),
            Self::Job => ("batch", "v1", "Job", "jobs", true),
            Self::ReplicaSet => ("apps", "v1", "ReplicaSet", "replicasets", true),
            Self::Pod => ("", "v1", "Pod", "pods", true),
            Self::ComplianceStatement => (
                "compliance.assay.dev",
                "v1alpha1",
                "ComplianceStatement",
                "compliancestatements",
                false,
            ),
            Self::ThirdParty(kind) => return kind.served(),
        };
        Served {
            group,
            version,
            kind,
            plural,
            namespaced,
        }
    }

    /// The kind that `apiVersion` and `kind` name, in any served version of its group.
    #[must_use]
    pub fn named(api_version: &str, kind: &str) -> Option<Self> {
        static BY_NAME: LazyLock<HashMap<(&str, &str), Kind>> = LazyLock::new(|| {
            let name = |served: Served| (served.group, served.kind);
            HashMap::from(Kind::ALL.map(|kind| (name(kind.served()), kind)))
        });
        let group = api_version.split_once('/').map_or("", |(group, _)| group);
        BY_NAME.get(&(group, kind)).copied()
    }

    /// `apiVersion` and kind, as all share them who name an object by both.
    pub(crate) fn names(self) -> (Text, Text) {
        fn made(kind: Kind) -> (Text, Text) {
            (kind.api_version().into(), kind.served().kind.into())
        }
        static ALL: LazyLock<Vec<(Text, Text)>> = LazyLock::new(|| Kind::ALL.map(made).into());
        let known = ALL.get(self.index());
        known.cloned().unwrap_or_else(|| made(self))
    }

    /// `apiVersion` as manifests spell it: `v1`, `apps/v1` …
    #[must_use]
    pub fn api_version(self) -> String {
        api_version(self.served().group, self.served().version)
    }

    /// Whether a cluster need not define it: one that does not has none of its objects.
    #[must_use]
    pub const fn is_optional(self) -> bool {
        matches!(self, Self::ComplianceStatement | Self::ThirdParty(_))
    }

    /// Its name, with the API group of a kind that another tool defines: several call theirs `Cluster`.
    #[must_use]
    pub fn full_name(self) -> String {
        match self {
            Self::ThirdParty(kind) => format!("{self}.{}", kind.served().group),
            _ => self.to_string(),
        }
    }

    /// Position in [`Kind::ALL`], for tables indexed by kind.
    #[must_use]
    pub const fn index(self) -> usize {
        match self {
            Self::Namespace => 0,
            Self::Node => 1,
            Self::ServiceAccount => 2,
            Self::ClusterRole => 3,
            Self::Role => 4,
            Self::ClusterRoleBinding => 5,
            Self::RoleBinding => 6,
            Self::NetworkPolicy => 7,
            Self::ResourceQuota => 8,
            Self::LimitRange => 9,
            Self::Service => 10,
            Self::Ingress => 11,
            Self::ConfigMap => 12,
            Self::CertificateSigningRequest => 13,
            Self::Deployment => 14,
            Self::StatefulSet => 15,
            Self::DaemonSet => 16,
            Self::CronJob => 17,
            Self::Job => 18,
            Self::ReplicaSet => 19,
            Self::Pod => 20,
            Self::ComplianceStatement => 21,
            Self::ThirdParty(kind) => Self::FIRST_PARTY.len() + kind as usize,
        }
    }
}

/// Joins group and version as `apiVersion` does.
#[must_use]
pub fn api_version(group: &str, version: &str) -> String {
    if group.is_empty() {
        version.to_owned()
    } else {
        format!("{group}/{version}")
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.served().kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn index_is_the_position_in_all() {
        for (position, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!(kind.index(), position);
        }
        assert!(Kind::ALL.is_sorted());
    }

    #[test]
    fn every_kind_is_found_by_its_own_name() {
        for kind in Kind::ALL {
            assert_eq!(
                Kind::named(&kind.api_version(), kind.served().kind),
                Some(kind)
            );
        }
        assert_eq!(Kind::named("example.com/v1", "Pod"), None);
    }
}
