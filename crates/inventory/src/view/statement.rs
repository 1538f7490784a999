//! `ComplianceStatements`: who answers for what, and until when.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::meta::RawMeta;
use super::{Meta, Text};
use crate::view::object::{null_as_default, objects};

objects!(RawStatement, RawSpec, RawReviewed);

/// A `ComplianceStatement`: a person's dated word for what no machine can judge. Its wording and evidence are for people,
/// and not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Metadata.
    pub meta: Meta,
    /// The one profile that it is for; empty if it is for all.
    pub profile: Text,
    /// Number of the control, such as `2.3`, as it is written: it may name none.
    pub control: Text,
    /// Id of the control's part, as it is written.
    pub part: Text,
    /// When it was stated.
    pub stated_at: DateTime<Utc>,
    /// Until when it is to count.
    pub valid_until: DateTime<Utc>,
    /// The rights that were reviewed, where it is about a review of rights.
    pub reviewed: Option<Reviewed>,
}

impl Statement {
    /// Whether it is for the profile of that name.
    #[must_use]
    pub fn is_for(&self, profile: &str) -> bool {
        self.profile.is_empty() || self.profile.as_ref() == profile
    }
}

/// The rights that somebody reviewed, in short: see [`crate::Entitlements`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reviewed {
    /// Hash of them all.
    pub hash: Text,
    /// One line for each identity; none where there were too many.
    pub identities: Vec<Text>,
}

#[derive(Deserialize)]
#[serde(remote = "Self")]
pub(crate) struct RawStatement {
    #[serde(default)]
    metadata: RawMeta,
    spec: RawSpec,
}

#[derive(Deserialize)]
#[serde(remote = "Self", rename_all = "camelCase")]
struct RawSpec {
    #[serde(default, deserialize_with = "null_as_default")]
    profile: Text,
    control: Text,
    part: Text,
    stated_at: DateTime<Utc>,
    valid_until: DateTime<Utc>,
    #[serde(default)]
    reviewed: Option<RawReviewed>,
}

#[derive(Deserialize)]
#[serde(remote = "Self")]
struct RawReviewed {
    hash: Text,
    #[serde(default, deserialize_with = "null_as_default")]
    identities: Vec<Text>,
}

impl From<RawStatement> for Statement {
    fn from(raw: RawStatement) -> Self {
        Self {
            meta: raw.metadata.into_meta(),
            profile: raw.spec.profile,
            control: raw.spec.control,
            part: raw.spec.part,
            stated_at: raw.spec.stated_at,
            valid_until: raw.spec.valid_until,
            reviewed: raw.spec.reviewed.map(|reviewed| Reviewed {
                hash: reviewed.hash,
                identities: reviewed.identities,
            }),
        }
    }
}
