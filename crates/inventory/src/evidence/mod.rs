//! Evidence: facts from outside the listed objects, each with its source and time.
//!
//! A source is asked round by round. What it says is of the cluster as a whole, or of one node each.

mod access;
mod anonymous;
mod kubelet;

pub use access::{AccessAnswer, AccessAnswers, Deed, Said};
pub use anonymous::{AnonymousProbe, EndpointAnswers};
pub use kubelet::{Authorization, KubeletConfig};

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
    /// What authorizers say of callers without a name.
    AccessReviews,
}

impl EvidenceKind {
    /// Every source.
    pub const ALL: [Self; 3] = [
        Self::AnonymousProbe,
        Self::KubeletConfig,
        Self::AccessReviews,
    ];

    /// As reports name it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AnonymousProbe => "anonymous-probe",
            Self::KubeletConfig => "kubelet-config",
            Self::AccessReviews => "access-reviews",
        }
    }

    /// Whether each node is asked for itself.
    #[must_use]
    pub const fn is_per_node(self) -> bool {
        match self {
            Self::AnonymousProbe | Self::AccessReviews => false,
            Self::KubeletConfig => true,
        }
    }
}

/// Of what one source tells: what is read as one value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EvidenceKey {
    /// The source.
    pub kind: EvidenceKind,
    /// Name of the node; empty where the source tells of the cluster as a whole.
    pub node: Text,
}

impl EvidenceKey {
    /// What a source tells of the cluster.
    #[must_use]
    pub fn cluster(kind: EvidenceKind) -> Self {
        Self {
            kind,
            node: Text::default(),
        }
    }

    /// What a source tells of a node.
    #[must_use]
    pub fn node(kind: EvidenceKind, node: &Text) -> Self {
        Self {
            kind,
            node: Text::clone(node),
        }
    }
}

impl fmt::Display for EvidenceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.as_str())?;
        if self.node.is_empty() {
            return Ok(());
        }
        write!(f, " of Node {}", self.node)
    }
}

/// What a collector brought back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Name of the node it is about; empty for the cluster as a whole.
    pub node: Text,
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
    /// See [`EvidenceKind::AccessReviews`].
    AccessAnswers(AccessAnswers),
}

impl Evidence {
    /// Where it belongs.
    #[must_use]
    pub fn key(&self) -> EvidenceKey {
        let kind = match &self.fact {
            Fact::AnonymousProbe(_) => EvidenceKind::AnonymousProbe,
            Fact::KubeletConfig(_) => EvidenceKind::KubeletConfig,
            Fact::AccessAnswers(_) => EvidenceKind::AccessReviews,
        };
        EvidenceKey::node(kind, &self.node)
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
