//! How the API server answers strangers.

use crate::Blind;
use crate::view::Text;

/// How each API server endpoint answers a stranger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnonymousProbe {
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
