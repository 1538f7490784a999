//! Relations: what a check may read beside its subject, by key.

use crate::view::Text;
use crate::{EvidenceKey, EvidenceKind, Identity, Kind, ObjectKey, ThirdParty};

/// A relation that a check declares it reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// A namespace by name: its labels.
    Namespace,
    /// A `ServiceAccount` by key.
    ServiceAccount,
    /// The role a binding refers to.
    Role,
    /// Grants that reach an identity.
    Grants,
    /// Network policies of a namespace.
    Policies,
    /// Pods of a namespace, by class.
    Pods,
    /// Resource quotas of a namespace.
    Quotas,
    /// Limit ranges of a namespace.
    LimitRanges,
    /// Services of a namespace.
    Services,
    /// Ingresses of a namespace.
    Ingresses,
    /// Pods on a node that mount paths of it.
    HostMounts,
    /// Answers of the API server to strangers.
    AnonymousProbe,
    /// The effective configuration of a node's kubelet.
    KubeletConfig,
    /// Answers of a node's kubelet to strangers.
    KubeletProbe,
    /// What a node's kubelet shows in a TLS handshake.
    KubeletTls,
    /// What API servers show in a TLS handshake.
    ApiServerTls,
    /// What a managed cluster maps its cloud's identities to.
    IdentityMap,
    /// The flags that API servers tell, and their version.
    ApiServerFlags,
    /// What API servers count.
    ApiServerMetrics,
    /// What nodes and mirror pods show of the control plane.
    ControlPlane,
    /// What authorizers say of callers without a name.
    AccessReviews,
    /// What admission makes of pods that are tried in a namespace.
    AdmissionProbe,
    /// How kubeadm was told to start the control plane.
    KubeadmConfig,
    /// Secrets of certain kinds, by name.
    SecretTypes,
    /// People's statements.
    Statements,
    /// What every identity is granted, in short.
    Entitlements,
    /// All objects of a kind that another tool defines.
    ThirdParty(ThirdParty),
}

impl Relation {
    /// The watched kinds it is made of; while one of them cannot be seen, reading it is [`crate::Blind`].
    #[must_use]
    pub const fn kinds(self) -> &'static [Kind] {
        match self {
            Self::Namespace | Self::AdmissionProbe => &[Kind::Namespace],
            Self::ServiceAccount => &[Kind::ServiceAccount],
            Self::Role => &[Kind::ClusterRole, Kind::Role],
            Self::Grants | Self::Entitlements => &[
                Kind::ClusterRoleBinding,
                Kind::RoleBinding,
                Kind::ClusterRole,
                Kind::Role,
            ],
            Self::Policies => &[Kind::NetworkPolicy],
            Self::Pods => &[
                Kind::Pod,
                Kind::ReplicaSet,
                Kind::Deployment,
                Kind::StatefulSet,
                Kind::DaemonSet,
                Kind::CronJob,
                Kind::Job,
            ],
            Self::Quotas => &[Kind::ResourceQuota],
            Self::LimitRanges => &[Kind::LimitRange],
            Self::HostMounts => &[Kind::Pod],
            Self::Services => &[Kind::Service],
            Self::Ingresses => &[Kind::Ingress],
            Self::AnonymousProbe
            | Self::ApiServerTls
            | Self::IdentityMap
            | Self::ApiServerFlags
            | Self::ApiServerMetrics
            | Self::AccessReviews
            | Self::KubeadmConfig
            | Self::SecretTypes => &[],
            Self::ControlPlane => &[Kind::Node, Kind::Pod],
            Self::KubeletConfig | Self::KubeletProbe | Self::KubeletTls => &[Kind::Node],
            Self::Statements => &[Kind::ComplianceStatement],
            Self::ThirdParty(kind) => kind.alone(),
        }
    }

    /// The source of evidence it is, if it is one.
    #[must_use]
    pub const fn evidence(self) -> Option<EvidenceKind> {
        match self {
            Self::AnonymousProbe => Some(EvidenceKind::AnonymousProbe),
            Self::KubeletConfig => Some(EvidenceKind::KubeletConfig),
            Self::KubeletProbe => Some(EvidenceKind::KubeletProbe),
            Self::KubeletTls => Some(EvidenceKind::KubeletTls),
            Self::ApiServerTls => Some(EvidenceKind::ApiServerTls),
            Self::IdentityMap => Some(EvidenceKind::IdentityMap),
            Self::ApiServerFlags => Some(EvidenceKind::ApiServerFlags),
            Self::ApiServerMetrics => Some(EvidenceKind::ApiServerMetrics),
            Self::AccessReviews => Some(EvidenceKind::AccessReviews),
            Self::AdmissionProbe => Some(EvidenceKind::AdmissionProbe),
            Self::KubeadmConfig => Some(EvidenceKind::KubeadmConfig),
            Self::SecretTypes => Some(EvidenceKind::SecretTypes),
            _ => None,
        }
    }

    const fn set(self) -> Relations {
        if let Some(source) = self.evidence() {
            return Relations::told_by(source);
        }
        let place = match self {
            Self::Namespace => 0,
            Self::ServiceAccount => 1,
            // What an identity is granted hangs on roles: whoever reads its grants notes their keys, too.
            Self::Role | Self::Grants => 2,
            Self::Policies => 3,
            Self::Pods => 4,
            Self::Quotas => 5,
            Self::LimitRanges => 6,
            Self::Services => 7,
            Self::Ingresses => 8,
            Self::HostMounts => 9,
            Self::ControlPlane => 10,
            Self::Statements => 11,
            Self::Entitlements => 12,
            Self::ThirdParty(_) => 13,
            // Sources of evidence: told above.
            _ => 14,
        };
        Relations(1 << place)
    }
}

/// Some relations: which of a subject's checks a change may concern. Roles and grants are one here, and so are all kinds that
/// other tools define.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Relations(u64);

impl Relations {
    /// These.
    #[must_use]
    pub const fn of(relations: &[Relation]) -> Self {
        let mut bits = 0;
        let mut rest = relations;
        while let [first, others @ ..] = rest {
            bits |= first.set().0;
            rest = others;
        }
        Self(bits)
    }

    const fn told_by(source: EvidenceKind) -> Self {
        Self(1 << (16 + source as u32))
    }

    /// These and those.
    #[must_use]
    pub const fn and(self, those: Self) -> Self {
        Self(self.0 | those.0)
    }

    /// Whether some relation is among both.
    #[must_use]
    pub const fn overlaps(self, those: Self) -> bool {
        self.0 & those.0 != 0
    }
}

/// One value of a relation: what was read, and what a change may concern.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RelationKey {
    /// See [`Relation::Namespace`].
    Namespace(Text),
    /// See [`Relation::ServiceAccount`].
    ServiceAccount(ObjectKey),
    /// See [`Relation::Role`].
    Role(ObjectKey),
    /// See [`Relation::Grants`].
    Grants(Identity),
    /// See [`Relation::Policies`].
    Policies(Text),
    /// See [`Relation::Pods`].
    Pods(Text),
    /// See [`Relation::Quotas`].
    Quotas(Text),
    /// See [`Relation::LimitRanges`].
    LimitRanges(Text),
    /// See [`Relation::Services`].
    Services(Text),
    /// See [`Relation::Ingresses`].
    Ingresses(Text),
    /// See [`Relation::HostMounts`], by node.
    HostMounts(Text),
    /// Whether some binding cannot be read, so that it may name anyone.
    Unreadable,
    /// What one source tells of the cluster, a node or a namespace.
    Evidence(EvidenceKey),
    /// See [`Relation::ControlPlane`].
    ControlPlane,
    /// See [`Relation::Statements`].
    Statements,
    /// See [`Relation::Entitlements`].
    Entitlements,
    /// See [`Relation::ThirdParty`].
    ThirdParty(ThirdParty),
}

impl RelationKey {
    /// The relations by reading which it is noted.
    #[must_use]
    pub const fn relations(&self) -> Relations {
        let relation = match self {
            Self::Namespace(_) => Relation::Namespace,
            Self::ServiceAccount(_) => Relation::ServiceAccount,
            Self::Role(_) => Relation::Role,
            Self::Grants(_) | Self::Unreadable => Relation::Grants,
            Self::Policies(_) => Relation::Policies,
            Self::Pods(_) => Relation::Pods,
            Self::Quotas(_) => Relation::Quotas,
            Self::LimitRanges(_) => Relation::LimitRanges,
            Self::Services(_) => Relation::Services,
            Self::Ingresses(_) => Relation::Ingresses,
            Self::HostMounts(_) => Relation::HostMounts,
            Self::Evidence(key) => return Relations::told_by(key.kind),
            Self::ControlPlane => Relation::ControlPlane,
            Self::Statements => Relation::Statements,
            Self::Entitlements => Relation::Entitlements,
            Self::ThirdParty(kind) => Relation::ThirdParty(*kind),
        };
        relation.set()
    }
}
