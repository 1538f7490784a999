//! The kind `ComplianceStatement`: a person's dated word, with evidence, for what no machine can judge. People write it and
//! the operator reads it; how it stands is told in the status of the profiles, so that it needs none of its own.

use chrono::{DateTime, Utc};
use kube::{CustomResource, KubeSchema};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    schema::for_kubernetes,
    time::{OptionalWholeSeconds, WholeSeconds},
};

/// What is stated, by whom, with which evidence and until when.
#[derive(CustomResource, KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[kube(
    group = "compliance.assay.dev",
    version = "v1alpha1",
    kind = "ComplianceStatement",
    plural = "compliancestatements",
    shortname = "cstate",
    category = "compliance",
    derive = "PartialEq",
    doc = "A person's dated word, with evidence, on a part of a control that no machine can judge. While it counts, the control does not wait for it as NeedsEvidence; it lifts neither Unknown nor NotMet. How it stands is in status.statements of the ComplianceProfile.",
    printcolumn(
        name = "CONTROL",
        type_ = "string",
        json_path = ".spec.control",
        description = "Control that it is on"
    ),
    printcolumn(
        name = "PART",
        type_ = "string",
        json_path = ".spec.part",
        description = "Part of the control"
    ),
    printcolumn(
        name = "STATED-BY",
        type_ = "string",
        json_path = ".spec.statedBy",
        description = "Who answers for it"
    ),
    printcolumn(
        name = "VALID-UNTIL",
        type_ = "string",
        json_path = ".spec.validUntil",
        description = "Until when it is to count"
    ),
    printcolumn(
        name = "ROLE",
        type_ = "string",
        json_path = ".spec.role",
        priority = 1,
        description = "In which role"
    ),
    printcolumn(
        name = "PROFILE",
        type_ = "string",
        json_path = ".spec.profile",
        priority = 1,
        description = "The one profile it is for; all if empty"
    ),
    printcolumn(
        name = "STATED",
        type_ = "date",
        json_path = ".spec.statedAt",
        priority = 1,
        description = "When it was stated"
    )
)]
#[x_kube(
    validation = Rule::new("self.validUntil > self.statedAt")
        .message("validUntil must be after statedAt")
        .field_path(".validUntil"),
    validation = Rule::new("!(self.control == '2.3' && self.part == 'entitlement-review') || has(self.reviewed)")
        .message("a statement on entitlement-review needs reviewed: copy status.entitlements of the ComplianceProfile as it was reviewed")
)]
#[schemars(transform = for_kubernetes)]
#[serde(rename_all = "camelCase")]
pub struct ComplianceStatementSpec {
    /// Name of the one `ComplianceProfile` that it is for. Left out, it is for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 40))]
    pub profile: Option<String>,
    /// Number of the control that it is on, such as `2.3`.
    #[schemars(
        length(max = 5),
        regex(pattern = "^([1-9]|1[0-6])\\.([1-9]|[1-9][0-9])$")
    )]
    pub control: String,
    /// Id of the control's part that it is on, such as `entitlement-review`; `assay explain` with the control's number
    /// lists them.
    #[schemars(
        length(min = 1, max = 63),
        regex(pattern = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
    )]
    pub part: String,
    /// What it covers and what it does not, in words, where that is not the whole cluster. For people: it changes no
    /// verdict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 1024))]
    pub scope: Option<String>,
    /// What is stated, worded so that somebody can answer for it.
    #[schemars(length(min = 10, max = 4096))]
    pub statement: String,
    /// What shows it: records, exports, tickets.
    #[schemars(length(min = 1, max = 50))]
    #[x_kube(merge_strategy = ListMerge::Atomic)]
    pub evidence: Vec<StatedEvidence>,
    /// Who answers for it: a person's name, as an assessor will ask for it.
    #[schemars(length(min = 1, max = 253))]
    pub stated_by: String,
    /// The role in which that person answers for it, such as `Head of platform engineering`.
    #[schemars(length(min = 1, max = 253))]
    pub role: String,
    /// When it was stated (UTC). It does not count earlier.
    #[serde(with = "WholeSeconds")]
    pub stated_at: DateTime<Utc>,
    /// The time that it is about, where that is a period: what was done in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    /// Until when it counts (UTC), to the second. It counts no longer than statements on its part do, whatever stands
    /// here: `assay explain` with the control's number says how long.
    #[serde(with = "WholeSeconds")]
    pub valid_until: DateTime<Utc>,
    /// The rights that were reviewed: `status.entitlements` of the profile as it was then. For the part
    /// `entitlement-review` of control 2.3 alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewed: Option<Entitlements>,
}

/// One piece of evidence.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StatedEvidence {
    /// Where it is kept. Nobody fetches it.
    #[schemars(length(min = 1, max = 2048))]
    pub url: String,
    /// SHA-256 of what is there, in hexadecimal, so that it can be told whether it is still the same. Left out where
    /// it has no fixed bytes, such as a ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 64), regex(pattern = "^[0-9a-f]{64}$"))]
    pub sha256: Option<String>,
}

/// A time from one instant to another.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[x_kube(
    validation = Rule::new("!has(self.to) || self.to >= self.from")
        .message("period.to must not be before period.from")
        .field_path(".to")
)]
#[serde(rename_all = "camelCase")]
pub struct Period {
    /// Its first instant (UTC).
    #[serde(with = "WholeSeconds")]
    pub from: DateTime<Utc>,
    /// Its last instant (UTC). Left out, it goes on.
    #[serde(
        with = "OptionalWholeSeconds",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub to: Option<DateTime<Utc>>,
}

/// What all identities are granted at one instant, in short, so that it can be compared with another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Entitlements {
    /// SHA-256 over what all identities are granted, in hexadecimal. Names of roles and bindings do not count, nor do
    /// uids and times.
    #[schemars(length(min = 1, max = 64))]
    pub hash: String,
    /// One line for each identity that a binding names: the beginning of the hash of what it is granted; a plus sign and
    /// the beginning of the hash of each of its rights, with commas between them; a space; and the identity. Where all
    /// lines together would be longer than 24 KiB, those of rights are left out, and where that is not enough, all lines:
    /// a change is found all the same, and `assay access diff` tells whose rights it is and which.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 2000))]
    pub identities: Vec<String>,
}

/// The most bytes that the lines of [`Entitlements::identities`] may take in a status.
pub const LONGEST_IDENTITIES: usize = 24 * 1024;
