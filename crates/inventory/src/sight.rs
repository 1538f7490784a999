//! Sight: whether a kind or source can be seen, and why not.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};

use crate::Kind;
use crate::view::Text;

/// How long a watch that worked may be down before its objects count as unseen: an API server restarts in less. What it
/// refuses is waited out as well: one that has just started refuses everybody, until it has read its roles.
pub const GRACE: TimeDelta = TimeDelta::seconds(30);

/// Why something is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The API server refused it: a rule is missing in our roles.
    Forbidden,
    /// It did not answer.
    Unreachable,
    /// The last answer is too old to stand.
    Stale,
    /// The object cannot be read.
    Unparseable,
    /// It has not been asked for long enough to have answered.
    FirstPass,
    /// No check judges this control yet.
    NotYetJudged,
    /// The profile switches the check off.
    DisabledByProfile,
    /// The profile declares no cardholder data environment.
    ScopeNotDeclared,
    /// Whoever runs the control plane does not show it: only they can tell. The mildest, so that it is a check's reason only
    /// where it has no other.
    ProviderHidden,
}

impl Reason {
    /// As reports write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Forbidden => "Forbidden",
            Self::Unreachable => "Unreachable",
            Self::Stale => "Stale",
            Self::Unparseable => "Unparseable",
            Self::FirstPass => "FirstPass",
            Self::NotYetJudged => "NotYetJudged",
            Self::DisabledByProfile => "DisabledByProfile",
            Self::ScopeNotDeclared => "ScopeNotDeclared",
            Self::ProviderHidden => "ProviderHidden",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Something that cannot be seen, so that nothing may be concluded from its absence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blind {
    /// Why.
    pub reason: Reason,
    /// What, and the way out. Free of times and counts, which would make it change without meaning.
    pub message: Text,
}

impl Blind {
    /// A new one.
    pub fn new(reason: Reason, message: impl Into<Text>) -> Self {
        Self {
            reason,
            message: message.into(),
        }
    }
}

/// Whether a watched kind can be seen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Sight {
    /// Its first list is not complete.
    #[default]
    Waiting,
    /// Listed whole and watched since.
    Seen {
        /// Since when, outages that were waited out left aside.
        since: DateTime<Utc>,
    },
    /// The watch does not work.
    Lost {
        /// Why.
        reason: Reason,
        /// Since when.
        since: DateTime<Utc>,
        /// Since when it had been seen before, if it had: then a short outage may be waited out.
        seen_since: Option<DateTime<Utc>>,
        /// The error, as the client words it.
        message: Text,
    },
}

/// Sight of every kind.
#[derive(Debug)]
pub(crate) struct Sights([Sight; Kind::ALL.len()]);

impl Default for Sights {
    fn default() -> Self {
        Self(std::array::from_fn(|_| Sight::default()))
    }
}

impl Sights {
    pub(crate) fn of(&self, kind: Kind) -> Option<&Sight> {
        self.0.get(kind.index())
    }

    pub(crate) fn of_mut(&mut self, kind: Kind) -> Option<&mut Sight> {
        self.0.get_mut(kind.index())
    }
}

impl Sight {
    /// What it is once the kind has been listed whole, at `now`.
    pub(crate) fn listed(&self, now: DateTime<Utc>) -> Self {
        let waited_out = self.patience().is_some_and(|until| now < until);
        let since = match self {
            Self::Seen { since } => *since,
            Self::Lost {
                seen_since: Some(since),
                ..
            } if waited_out => *since,
            // Outages are told with their own times, which may be ahead of the inventory's.
            Self::Lost { since, .. } => now.max(*since),
            Self::Waiting => now,
        };
        Self::Seen { since }
    }

    /// What it is once the watch has failed, at `at`.
    pub(crate) fn lost(&self, reason: Reason, at: DateTime<Utc>, message: Text) -> Self {
        match self {
            // A failing retry renews neither the beginning of the outage nor the patience it was given.
            Self::Lost {
                reason: earlier,
                since,
                seen_since,
                message: first,
            } => Self::Lost {
                reason,
                since: *since,
                seen_since: *seen_since,
                message: if *earlier == reason {
                    first.clone()
                } else {
                    message
                },
            },
            Self::Seen { since } => Self::Lost {
                reason,
                since: at,
                seen_since: Some(*since),
                message,
            },
            Self::Waiting => Self::Lost {
                reason,
                since: at,
                seen_since: None,
                message,
            },
        }
    }

    /// Until when an outage is waited out: only of what was seen before.
    fn patience(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Lost {
                since,
                seen_since: Some(_),
                ..
            } => Some(*since + GRACE),
            _ => None,
        }
    }

    /// Why nothing may be concluded from what is listed of `kind` at `now`; `None` if it can be relied on.
    #[must_use]
    pub fn blind(&self, kind: Kind, now: DateTime<Utc>) -> Option<Blind> {
        // Asked for every reading, and nearly always in vain: words are looked up for those who cannot see.
        if matches!(self, Self::Seen { .. }) {
            return None;
        }
        let plural = kind.served().plural;
        match self {
            Self::Seen { .. } => None,
            Self::Waiting => Some(Blind::new(
                Reason::FirstPass,
                format!("{plural} are still being listed"),
            )),
            Self::Lost { .. } if self.patience().is_some_and(|until| now < until) => None,
            Self::Lost {
                reason, message, ..
            } => Some(Blind::new(
                *reason,
                match reason {
                    Reason::Forbidden => {
                        let group = kind.served().group;
                        let group = if group.is_empty() { "core" } else { group };
                        // What can be left out by itself: see deploy/rbac.yaml.
                        let role = match kind {
                            Kind::ConfigMap => " assay-operator-config-maps",
                            Kind::ThirdParty(_) => " assay-operator-third-party",
                            _ => "",
                        };
                        format!(
                            "may not list and watch {plural} (API group {group}): grant both verbs in Assay's ClusterRole{role}"
                        )
                    }
                    // A name that several tools give to a kind of theirs.
                    _ if matches!(kind, Kind::ThirdParty(_)) => {
                        let group = kind.served().group;
                        format!("cannot watch {plural} (API group {group}): {message}")
                    }
                    _ => format!("cannot watch {plural}: {message}"),
                },
            )),
        }
    }

    /// The next instant at which [`blind`](Self::blind) may answer otherwise by time alone.
    #[must_use]
    pub fn next_change(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.patience().filter(|until| now < *until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    fn lost(sight: &Sight, seconds: i64) -> Sight {
        sight.lost(Reason::Unreachable, at(seconds), "no".into())
    }

    #[test]
    fn what_comes_back_in_time_has_been_seen_since_before() {
        let seen = Sight::Waiting.listed(at(0));
        assert_eq!(seen, Sight::Seen { since: at(0) });
        assert_eq!(seen.listed(at(9)), seen, "a list that nothing came before");
        let retried = lost(&lost(&seen, 100), 120);
        assert_eq!(retried.blind(Kind::Pod, at(129)), None);
        assert_eq!(retried.listed(at(129)), seen);
    }

    #[test]
    fn what_was_blind_has_been_seen_since_it_came_back() {
        let seen = Sight::Waiting.listed(at(0));
        let lost_at_100 = lost(&seen, 100);
        assert!(lost_at_100.blind(Kind::Pod, at(130)).is_some());
        let back = lost_at_100.listed(at(130));
        assert_eq!(back, Sight::Seen { since: at(130) });
        // What was never seen is blind at once, and a clock that is behind dates nothing before that.
        let never = lost(&Sight::Waiting, 100);
        assert_eq!(never.listed(at(99)), Sight::Seen { since: at(100) });
    }
}
