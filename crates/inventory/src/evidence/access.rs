//! What the API server's authorizers, all of them, say of callers whom nobody knows by name.

use std::fmt;

use crate::view::Text;

/// What strangers may do, and what everybody with any credentials at all may do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccessAnswers {
    /// Of user `system:anonymous` in group `system:unauthenticated`, in the order of [`Deed::ALL`].
    pub strangers: Vec<AccessAnswer>,
    /// Of a user whom no binding names, in group `system:authenticated`, in the same order.
    pub authenticated: Vec<AccessAnswer>,
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessAnswer {
    /// What was asked about.
    pub deed: Deed,
    /// What was said.
    pub said: Said,
}

/// What authorizers say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// It is allowed, for the reason given: RBAC names the binding.
    Allowed(Text),
    /// It is not.
    Refused,
    /// It is not, but an authorizer failed, so that it may be another time.
    Failed(Text),
}

/// Something nobody may do without a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Deed {
    /// Listing pods everywhere.
    ListPods,
    /// Listing Secrets everywhere.
    ListSecrets,
    /// Creating pods everywhere.
    CreatePods,
    /// Reading `/api`, by which the API is discovered.
    Discover,
    /// Reading `/metrics`.
    ReadMetrics,
    /// Reading `/debug/pprof/`.
    Profile,
}

impl Deed {
    /// Every deed.
    pub const ALL: [Self; 6] = [
        Self::ListPods,
        Self::ListSecrets,
        Self::CreatePods,
        Self::Discover,
        Self::ReadMetrics,
        Self::Profile,
    ];

    /// The verb.
    #[must_use]
    pub const fn verb(self) -> &'static str {
        match self {
            Self::ListPods | Self::ListSecrets => "list",
            Self::CreatePods => "create",
            Self::Discover | Self::ReadMetrics | Self::Profile => "get",
        }
    }

    /// The resource of the core group, or the path, which begins with a slash.
    #[must_use]
    pub const fn on(self) -> &'static str {
        match self {
            Self::ListPods | Self::CreatePods => "pods",
            Self::ListSecrets => "secrets",
            Self::Discover => "/api",
            Self::ReadMetrics => "/metrics",
            Self::Profile => "/debug/pprof/",
        }
    }
}

impl fmt::Display for Deed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.verb(), self.on())
    }
}
