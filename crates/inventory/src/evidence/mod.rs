//! Evidence: facts from outside the listed objects, each with its source and time.
//!
//! A source is asked round by round. What it says is of the cluster as a whole, or of one node or namespace each.

mod access;
mod admission;
mod anonymous;
mod api_server;
mod identity_map;
mod kubeadm;
mod kubelet;
mod secret_types;
mod stranger;
mod tls;
mod yaml;

pub use access::{AccessAnswer, AccessAnswers, Authorizer, Deed, Said};
pub use admission::{AdmissionProbe, Fate, Flaw, Refusal, Under};
pub use anonymous::{AnonymousProbe, EndpointAnswers};
pub use api_server::{
    ApiServerFlags, ApiServerMetrics, ClientCertificates, EndpointFlags, EndpointMetrics, Metrics,
    SilentEndpoint,
};
pub use identity_map::{IdentityMap, MappedIdentity};
pub use kubeadm::KubeadmConfig;
pub use kubelet::{Authorization, KubeletConfig};
pub use secret_types::{ListedSecret, ListedSecrets, Sought};
pub use stranger::{KubeletProbe, PlainPort};
pub use tls::{ApiServerTls, Certificate, Handshake, Trust};

use std::fmt;

use chrono::{DateTime, Utc};

use crate::view::Text;
use crate::{Blind, Reason};

/// Sources of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EvidenceKind {
    /// Requests without credentials to the API server.
    AnonymousProbe,
    /// The effective configuration of each node's kubelet.
    KubeletConfig,
    /// Requests without credentials to each node's kubelet.
    KubeletProbe,
    /// What each node's kubelet shows in a TLS handshake.
    KubeletTls,
    /// What each API server endpoint shows in a TLS handshake.
    ApiServerTls,
    /// What a managed cluster maps its cloud's identities to.
    IdentityMap,
    /// The effective flags of each API server.
    ApiServerFlags,
    /// What each API server counts.
    ApiServerMetrics,
    /// What authorizers say of callers without a name.
    AccessReviews,
    /// Pods that are tried in namespaces, and never made.
    AdmissionProbe,
    /// How kubeadm was told to start the control plane.
    KubeadmConfig,
    /// Secrets of certain kinds, by name.
    SecretTypes,
}

/// Of what a source tells at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Per {
    /// The cluster as a whole.
    Cluster,
    /// One node.
    Node,
    /// One namespace.
    Namespace,
}

impl EvidenceKind {
    /// Every source.
    pub const ALL: [Self; 12] = [
        Self::AnonymousProbe,
        Self::KubeletConfig,
        Self::KubeletProbe,
        Self::KubeletTls,
        Self::ApiServerTls,
        Self::IdentityMap,
        Self::ApiServerFlags,
        Self::ApiServerMetrics,
        Self::AccessReviews,
        Self::AdmissionProbe,
        Self::KubeadmConfig,
        Self::SecretTypes,
    ];

    /// As reports name it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AnonymousProbe => "anonymous-probe",
            Self::KubeletConfig => "kubelet-config",
            Self::KubeletProbe => "kubelet-probe",
            Self::KubeletTls => "kubelet-tls",
            Self::ApiServerTls => "api-server-tls",
            Self::IdentityMap => "identity-map",
            Self::ApiServerFlags => "api-server-flags",
            Self::ApiServerMetrics => "api-server-metrics",
            Self::AccessReviews => "access-reviews",
            Self::AdmissionProbe => "admission-probe",
            Self::KubeadmConfig => "kubeadm-config",
            Self::SecretTypes => "secret-types",
        }
    }

    /// Of what it tells at a time.
    #[must_use]
    pub const fn per(self) -> Per {
        match self {
            Self::AnonymousProbe
            | Self::ApiServerTls
            | Self::IdentityMap
            | Self::ApiServerFlags
            | Self::ApiServerMetrics
            | Self::AccessReviews
            | Self::KubeadmConfig
            | Self::SecretTypes => Per::Cluster,
            Self::KubeletConfig | Self::KubeletProbe | Self::KubeletTls => Per::Node,
            Self::AdmissionProbe => Per::Namespace,
        }
    }
}

/// Of what one source tells: what is read as one value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EvidenceKey {
    /// The source.
    pub kind: EvidenceKind,
    /// Name of the node or namespace; empty where the source tells of the cluster as a whole.
    pub about: Text,
}

impl EvidenceKey {
    /// What a source tells of the cluster.
    #[must_use]
    pub fn cluster(kind: EvidenceKind) -> Self {
        Self {
            kind,
            about: Text::default(),
        }
    }

    /// What a source tells of a node.
    #[must_use]
    pub fn node(kind: EvidenceKind, node: &Text) -> Self {
        Self::about(kind, node)
    }

    /// What a source tells of a namespace.
    #[must_use]
    pub fn namespace(kind: EvidenceKind, namespace: &Text) -> Self {
        Self::about(kind, namespace)
    }

    /// What a source tells of whatever it tells of at a time.
    #[must_use]
    pub fn about(kind: EvidenceKind, name: &Text) -> Self {
        Self {
            kind,
            about: Text::clone(name),
        }
    }
}

impl fmt::Display for EvidenceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.as_str())?;
        if self.about.is_empty() {
            return Ok(());
        }
        match self.kind.per() {
            Per::Cluster => Ok(()),
            Per::Node => write!(f, " of Node {}", self.about),
            Per::Namespace => write!(f, " of Namespace {}", self.about),
        }
    }
}

/// What a collector brought back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Name of the node or namespace it is about; empty for the cluster as a whole.
    pub about: Text,
    /// When it was observed, by our own clock.
    pub at: DateTime<Utc>,
    /// What was observed.
    pub fact: Fact,
}

/// What was observed, by source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// See [`EvidenceKind::AnonymousProbe`].
    AnonymousProbe(AnonymousProbe),
    /// See [`EvidenceKind::KubeletConfig`].
    KubeletConfig(KubeletConfig),
    /// See [`EvidenceKind::KubeletProbe`].
    KubeletProbe(KubeletProbe),
    /// See [`EvidenceKind::KubeletTls`].
    KubeletTls(Handshake),
    /// See [`EvidenceKind::ApiServerTls`].
    ApiServerTls(ApiServerTls),
    /// See [`EvidenceKind::IdentityMap`].
    IdentityMap(IdentityMap),
    /// See [`EvidenceKind::ApiServerFlags`].
    ApiServerFlags(ApiServerFlags),
    /// See [`EvidenceKind::ApiServerMetrics`].
    ApiServerMetrics(ApiServerMetrics),
    /// See [`EvidenceKind::AccessReviews`].
    AccessAnswers(AccessAnswers),
    /// See [`EvidenceKind::AdmissionProbe`].
    AdmissionProbe(AdmissionProbe),
    /// See [`EvidenceKind::KubeadmConfig`].
    KubeadmConfig(KubeadmConfig),
    /// See [`EvidenceKind::SecretTypes`].
    ListedSecrets(ListedSecrets),
}

impl Evidence {
    /// Where it belongs.
    #[must_use]
    pub fn key(&self) -> EvidenceKey {
        let kind = match &self.fact {
            Fact::AnonymousProbe(_) => EvidenceKind::AnonymousProbe,
            Fact::KubeletConfig(_) => EvidenceKind::KubeletConfig,
            Fact::KubeletProbe(_) => EvidenceKind::KubeletProbe,
            Fact::KubeletTls(_) => EvidenceKind::KubeletTls,
            Fact::ApiServerTls(_) => EvidenceKind::ApiServerTls,
            Fact::IdentityMap(_) => EvidenceKind::IdentityMap,
            Fact::ApiServerFlags(_) => EvidenceKind::ApiServerFlags,
            Fact::ApiServerMetrics(_) => EvidenceKind::ApiServerMetrics,
            Fact::AccessAnswers(_) => EvidenceKind::AccessReviews,
            Fact::AdmissionProbe(_) => EvidenceKind::AdmissionProbe,
            Fact::KubeadmConfig(_) => EvidenceKind::KubeadmConfig,
            Fact::ListedSecrets(_) => EvidenceKind::SecretTypes,
        };
        EvidenceKey::about(kind, &self.about)
    }

    /// Whether anybody told something, and why the first did not of those that were silent.
    pub(crate) fn answers(&self) -> (bool, Option<&Blind>) {
        fn why(silent: &[SilentEndpoint]) -> Option<&Blind> {
            silent.first().map(|silent| &silent.why)
        }
        match &self.fact {
            Fact::AnonymousProbe(probe) => (!probe.endpoints.is_empty(), probe.silent.first()),
            Fact::ApiServerTls(tls) => (!tls.endpoints.is_empty(), tls.silent.first()),
            Fact::ApiServerFlags(flags) => (!flags.endpoints.is_empty(), why(&flags.silent)),
            Fact::ApiServerMetrics(metrics) => {
                (!metrics.endpoints.is_empty(), why(&metrics.silent))
            }
            _ => (true, None),
        }
    }
}

/// The last evidence of one source, and whether the rounds since have failed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Collected {
    pub(crate) last: Option<Evidence>,
    pub(crate) failure: Option<Blind>,
}

impl Collected {
    pub(crate) fn missing(&self) -> Blind {
        self.failure
            .clone()
            .unwrap_or_else(|| Blind::new(Reason::FirstPass, "not collected yet"))
    }
}
