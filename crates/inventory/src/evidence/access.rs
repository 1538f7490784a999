//! What the API server's authorizers, all of them, say of callers whom nobody knows by name.

use std::fmt;

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

/// What authorizers say. Their words are not kept: a webhook may say the same in other words each time, and RBAC names one binding or
/// another where several allow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// It is allowed.
    Allowed(Authorizer),
    /// It is not.
    Refused,
    /// It is not, but an authorizer failed, so that it may be another time.
    Failed,
}

/// Who allows something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Authorizer {
    /// RBAC, by some binding.
    Rbac,
    /// Another one: a webhook, a cloud's, ABAC, or one that allows everything.
    Other,
}

impl Said {
    /// What the status of a review comes to. RBAC puts roles that do not exist into the reason; an error is another authorizer's.
    #[must_use]
    pub fn of(allowed: bool, reason: &str, error: &str) -> Self {
        match (allowed, error) {
            (true, _) if reason.starts_with("RBAC: ") => Self::Allowed(Authorizer::Rbac),
            (true, _) => Self::Allowed(Authorizer::Other),
            (false, "") => Self::Refused,
            (false, _) => Self::Failed,
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authorizer_that_failed_has_refused_nothing() {
        assert_eq!(Said::of(false, "why", ""), Said::Refused);
        assert_eq!(Said::of(false, "why", "timeout"), Said::Failed);
        let allowed = Said::of(true, "why", "timeout");
        assert_eq!(allowed, Said::Allowed(Authorizer::Other));
    }

    #[test]
    fn the_same_in_other_words_is_the_same() {
        let by = |binding| format!("RBAC: allowed by ClusterRoleBinding \"{binding}\" of …");
        let first = Said::of(true, &by("a"), "");
        assert_eq!(first, Said::Allowed(Authorizer::Rbac));
        assert_eq!(first, Said::of(true, &by("b"), ""));
        let first = Said::of(true, "request 1", "");
        assert_eq!(first, Said::of(true, "request 2", ""));
        assert_eq!(first, Said::of(true, "", ""));
        let failed = |port| format!("dial tcp 127.0.0.1:{port}: connection refused");
        assert_eq!(
            Said::of(false, "", &failed(1)),
            Said::of(false, "", &failed(2))
        );
    }
}
