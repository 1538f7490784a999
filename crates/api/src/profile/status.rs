//! The status of a profile: how the cluster stands as a whole, what to fix first, and how well Assay can see.

use chrono::{DateTime, Utc};
use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    condition::Condition,
    finding::ResourceRef,
    profile::issued::IssuedLogin,
    report::LastKnown,
    schema::for_kubernetes,
    statement::Entitlements,
    summary::{FindingCounts, Summary},
    time::{OptionalWholeSeconds, WholeSeconds},
    words::Verdict,
};

/// How the cluster stands against the profile, as last written by the operator.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[schemars(transform = for_kubernetes)]
#[serde(rename_all = "camelCase")]
pub struct ComplianceProfileStatus {
    /// The `metadata.generation` of the profile that was assessed. Lower than the present one means that a change to
    /// the profile is not yet in the reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// Verdict on the profile, the worst of its sections in this order: `NotMet`, `Unknown`, `NeedsEvidence`,
    /// `NotApplicable`, `Met`.
    pub verdict: Verdict,
    /// Since when the verdict holds (UTC).
    #[serde(with = "WholeSeconds")]
    pub since: DateTime<Utc>,
    /// When the verdict was last confirmed (UTC); rewritten at least every 10 minutes. If it is older, nobody is
    /// looking, and the verdict may be out of date.
    #[serde(with = "WholeSeconds")]
    pub verified_at: DateTime<Utc>,
    /// How often the operator's Lease had changed hands when the writer took it. A writer never overwrites what a later
    /// one wrote.
    #[schemars(range(min = 0, max = 2_147_483_647))]
    pub epoch: i64,
    /// The last verdict on the profile that was not `Unknown`, with its time, while the present one is. If that verdict
    /// comes back, so does its time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_known: Option<LastKnown>,
    /// The state in the form that `kubectl wait` reads. `Ready`: the reports are kept up to date. `Met`: `True` when
    /// every control that applies is met, `False` when one is not, `Unknown` when one cannot be judged or needs
    /// evidence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["type".into()]))]
    pub conditions: Vec<Condition>,
    /// Counts over all controls and findings of all sections.
    pub summary: Summary,
    /// One line for each section of the guidance, in the order of their numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[x_kube(merge_strategy = ListMerge::Atomic)]
    pub sections: Vec<SectionLine>,
    /// The remedies, at most five, that close most findings, those in the cardholder data environment and those of
    /// higher severity first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[x_kube(merge_strategy = ListMerge::Atomic)]
    pub fix_first: Vec<FixFirst>,
    /// What can be seen: one entry for each kind that is watched. What depends on a kind that is not `Seen` is
    /// `Unknown`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[x_kube(merge_strategy = ListMerge::Atomic)]
    pub sight: Vec<Sight>,
    /// Health of what collects evidence from outside the cluster's objects, such as from the kubelets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[x_kube(merge_strategy = ListMerge::Atomic)]
    pub collectors: Vec<CollectorHealth>,
    /// People's statements for this profile, at most 100, those that do not count first. A control that waits for one
    /// says so in its report.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[x_kube(merge_strategy = ListMerge::Atomic)]
    pub statements: Vec<StatementLine>,
    /// What all identities are granted now. Whoever reviews it copies it into `spec.reviewed` of the
    /// `ComplianceStatement` that states the review. Left out while it cannot be seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entitlements: Option<Entitlements>,
    /// Certificates that still sign in to the API server, as far as they were asked for through it, whether the request is
    /// there or not: those that are good for longest, at most 24 KiB. A new leader takes them over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[x_kube(merge_strategy = ListMerge::Atomic)]
    pub issued: Vec<IssuedLogin>,
    /// Until when some are good that `issued` has no room for (UTC). After a restart nobody knows them, and what rests on
    /// them is `Unknown` until then. Left out where none was.
    #[serde(
        with = "OptionalWholeSeconds",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub issued_left_out_until: Option<DateTime<Utc>>,
    /// Which operator, with which checks, wrote this status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<VersionInfo>,
}

/// How one section stands; its report tells more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SectionLine {
    /// Number of the section in the guidance, 1 to 16.
    pub section: u8,
    /// Name of the section's `ComplianceReport`.
    pub report: String,
    /// Title of the section.
    pub title: String,
    /// Verdict on the section: `NotMet`, `Unknown`, `NeedsEvidence`, `NotApplicable` or `Met`.
    pub verdict: Verdict,
    /// Controls of the section that are met, of those that apply, as text: `1/3`.
    pub controls_text: String,
    /// Number of the section's findings by severity.
    pub findings: FindingCounts,
}

/// One remedy worth doing before others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FixFirst {
    /// Place in the list, from 1.
    pub rank: u32,
    /// Number of the control that it helps, such as `2.1`.
    pub control: String,
    /// Id of the check with the worst finding on the object, such as `cluster-admin-binding`.
    pub check: String,
    /// The object to edit.
    pub resource: ResourceRef,
    /// How to fix the worst of them; `assay explain` with the check's id tells more.
    pub action: String,
    /// Number of open findings of requirements on the object, all of which an edit can close.
    pub closes: u32,
}

/// Whether one kind of object can be seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Sight {
    /// The kind; one that another tool defines is followed by its API group: `Pod`, `Certificate.cert-manager.io`.
    pub kind: String,
    /// `Seen`: it is listed and watched. `Waiting`: the first list is not complete. `Blind`: it cannot be read.
    pub state: SightState,
    /// Since when it is in this state (UTC).
    #[serde(with = "WholeSeconds")]
    pub since: DateTime<Utc>,
    /// Why it is not seen, as one word, such as `Forbidden` or `Unreachable`. Left out when it is seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The same as a sentence for people, naming what to grant or repair.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// Whether a kind can be seen.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub enum SightState {
    /// It is listed and watched.
    Seen,
    /// The first list is not complete.
    Waiting,
    /// It cannot be read.
    Blind,
}

/// How one collector of evidence is doing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CollectorHealth {
    /// Name of the collector, such as `kubelet-config`.
    pub name: String,
    /// `Waiting`: the first round is not complete. `Healthy`: every source answered in the last round. `Partial`: some
    /// did. `Failing`: none did.
    pub state: CollectorState,
    /// When a source last answered (UTC). Left out if none ever did.
    #[serde(
        with = "OptionalWholeSeconds",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub last_success: Option<DateTime<Utc>>,
    /// What is wrong, as a sentence for people, naming what to grant or repair. Left out when nothing is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// How a collector is doing.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub enum CollectorState {
    /// The first round is not complete.
    Waiting,
    /// Every source answered in the last round.
    Healthy,
    /// Some sources answered in the last round.
    Partial,
    /// No source answered in the last round.
    Failing,
}

/// How one statement stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatementLine {
    /// Name of the `ComplianceStatement`.
    pub name: String,
    /// Number of the control that it is on, as it is written. Left out where it cannot be read.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub control: String,
    /// Id of the part that it is on, as it is written. Left out where it cannot be read.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub part: String,
    /// `Active`: it counts. `Expired`: its time is over. `Inert`: it states nothing that counts.
    pub state: StatementState,
    /// Why it does not count, and what to do. Left out where it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// Whether a statement counts.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub enum StatementState {
    /// It counts.
    Active,
    /// Its time is over.
    Expired,
    /// It states nothing that counts.
    Inert,
}

/// Which operator, with which checks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct VersionInfo {
    /// Version of the operator, such as `0.1.0`.
    pub operator: String,
    /// Identifies the set of checks and their versions: two statuses with the same value were judged by the same
    /// checks.
    pub check_set: String,
}
