//! Evidence: facts from outside the listed objects, each with its source and time.

use chrono::{DateTime, Utc};

use crate::view::Text;
use crate::{Blind, Reason};

/// Sources of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EvidenceKind {
    /// Requests without credentials to the API server.
    AnonymousProbe,
}

impl EvidenceKind {
    /// Every source.
    pub const ALL: [Self; 1] = [Self::AnonymousProbe];

    /// As reports name it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AnonymousProbe => "anonymous-probe",
        }
    }
}

/// What a collector brought back from a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence {
    /// Answers to requests without credentials.
    AnonymousProbe(AnonymousProbe),
}

impl Evidence {
    /// Its source.
    #[must_use]
    pub const fn kind(&self) -> EvidenceKind {
        match self {
            Self::AnonymousProbe(_) => EvidenceKind::AnonymousProbe,
        }
    }

    /// When it was observed.
    #[must_use]
    pub const fn at(&self) -> DateTime<Utc> {
        match self {
            Self::AnonymousProbe(probe) => probe.at,
        }
    }
}

/// How each API server endpoint answers a stranger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnonymousProbe {
    /// When the round ended.
    pub at: DateTime<Utc>,
    /// One entry an endpoint that answered, by address.
    pub endpoints: Vec<EndpointAnswers>,
    /// Endpoints that did not answer, and why: of them nothing is known.
    pub silent: Vec<Blind>,
}

/// HTTP status codes one endpoint gave to requests without credentials.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EndpointAnswers {
    /// `host:port`.
    pub address: Text,
    /// `GET /livez`
    pub livez: u16,
    /// `GET /version`
    pub version: u16,
    /// `GET /api`
    pub api: u16,
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
