//! The snapshot: an assessment at one instant as data. It is what every format is rendered from, and written as it
//! stands it is the JSON that others build on, so keys are only ever added.

use assay_checks::{CheckKind, Origin, Severity};
use assay_engine::{Basis, CheckStatus, ControlCounts, FindingCounts, Verdict};
use chrono::{DateTime, SecondsFormat, Utc};
use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use crate::words;

/// An assessment at one instant. Best practices are those of the PCI SSC Guidance for Containers and Container
/// Orchestration Tools; nothing here says that anyone is compliant with PCI DSS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Snapshot {
    /// Version of this format. It changes only if a key changes its meaning or goes; new keys may come at any time.
    pub version: u32,
    /// When the assessment was made, in UTC.
    #[serde(serialize_with = "seconds")]
    #[schemars(with = "DateTime<Utc>")]
    pub time: DateTime<Utc>,
    /// What made it.
    pub assay: Assay,
    /// The cluster that was assessed.
    pub cluster: Cluster,
    /// Name of the profile that was assessed against.
    pub profile: String,
    /// What the profile declares to be in which part of the PCI scope.
    pub scope: Scope,
    /// All of it in numbers, and what could not be judged.
    pub summary: Summary,
    /// Every control, by number.
    pub controls: Vec<Control>,
    /// Every open finding, worst first: requirements before advisories, then those inside the cardholder data environment,
    /// then by severity.
    pub findings: Vec<Finding>,
}

/// What made an assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Assay {
    /// Version of Assay.
    pub version: String,
    /// Number and fingerprint of its checks: differs whenever a check came, went or changed its version.
    pub check_set: String,
}

/// A cluster.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct Cluster {
    /// The uid of its namespace kube-system; null for manifests.
    pub id: Option<String>,
    /// The version of its API server; null for manifests.
    pub version: Option<String>,
}

/// The PCI scope as the profile declares it. What no part lists is in scope.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Scope {
    /// The cardholder data environment; null while none is declared.
    pub cde: Option<Member>,
    /// What is connected to it.
    pub connected_to: Option<Member>,
    /// What the profile says is out of scope. It is judged like everything else.
    pub out_of_scope: Option<Member>,
}

/// One part of the scope: what either names or labels pick.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Member {
    /// Namespaces by name.
    pub namespaces: Vec<String>,
    /// Namespaces by label, as kubectl writes selectors: `zone in (pci),tier!=dev`.
    pub namespace_selector: Option<String>,
    /// Nodes by name.
    pub nodes: Vec<String>,
    /// Nodes by label.
    pub node_selector: Option<String>,
}

/// All of it in numbers, and what could not be judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// The worst verdict of all sections.
    #[serde(with = "words::Verdict")]
    pub verdict: Verdict,
    /// Controls met, of those that apply: `1/3`.
    pub controls_text: String,
    /// Controls by verdict.
    #[serde(with = "words::ControlCounts")]
    pub controls: ControlCounts,
    /// Open findings.
    #[serde(with = "words::FindingCounts")]
    pub findings: FindingCounts,
    /// The same by section.
    pub sections: Vec<SectionSummary>,
    /// What could not be judged and why, one entry a cause.
    pub unknown: Vec<Unknown>,
    /// What waits for a person's statement.
    pub to_state: Vec<ToState>,
    /// Objects of kinds that no check reads.
    pub not_judged: Vec<NotJudged>,
    /// What could not be read at all. No control is met while there is any.
    pub unread: Vec<Unread>,
}

/// A section in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SectionSummary {
    /// Number of the section, 1 to 16.
    pub section: u8,
    /// Its title.
    pub title: String,
    /// The worst verdict of its controls.
    #[serde(with = "words::Verdict")]
    pub verdict: Verdict,
    /// Controls met, of those that apply: `1/3`.
    pub controls_text: String,
    /// Controls by verdict.
    #[serde(with = "words::ControlCounts")]
    pub controls: ControlCounts,
    /// Open findings.
    #[serde(with = "words::FindingCounts")]
    pub findings: FindingCounts,
}

/// One cause of something not being judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Unknown {
    /// The cause in one word, such as `Unreachable` or `Unparseable`.
    pub reason: String,
    /// What is amiss, and the way out.
    pub message: String,
    /// Controls that it concerns.
    pub controls: Vec<String>,
    /// Checks that it concerns; none where it keeps the control as a whole from being judged.
    pub checks: Vec<String>,
    /// Whether it is that Assay judges a part of these controls only. For people only.
    #[serde(skip)]
    pub partly: bool,
}

/// A control that waits for a person's statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ToState {
    /// The control.
    pub control: String,
    /// Its parts that need a statement.
    pub parts: Vec<String>,
}

/// Objects of one kind that no check reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotJudged {
    /// API group and version.
    pub api_version: String,
    /// Kind.
    pub kind: String,
    /// How many of them were there.
    pub count: u64,
}

/// Something that could not be read at all, so that nobody knows what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Unread {
    /// Where it stands.
    pub place: String,
    /// Why it could not be read, and the way out.
    pub message: String,
}

/// A control.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Control {
    /// Its number: `2.1`.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Number of its section.
    pub section: u8,
    /// Its verdict.
    #[serde(with = "words::Verdict")]
    pub verdict: Verdict,
    /// What the verdict rests on.
    #[serde(with = "words::Basis")]
    pub basis: Basis,
    /// Its checks, by id.
    pub checks: Vec<Check>,
}

/// A check. What it evaluated beyond failed, excepted and unknown passed or did not apply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Check {
    /// Its id.
    pub id: String,
    /// Raised whenever the same facts may be judged otherwise than before.
    pub version: u32,
    /// Whether it decides the control.
    #[serde(with = "words::CheckKind")]
    pub kind: CheckKind,
    /// Severity of its findings, the profile's word included; a finding may say otherwise.
    #[serde(with = "words::Severity")]
    pub severity: Severity,
    /// What it comes to over all its subjects.
    #[serde(with = "words::CheckStatus")]
    pub status: CheckStatus,
    /// How many subjects it judged.
    pub evaluated: u32,
    /// How many of them fail.
    pub failed: u32,
    /// How many fail and are accepted by an exception.
    pub excepted: u32,
    /// How many cannot be told.
    pub unknown: u32,
    /// Why, in one word; null if nothing is unknown.
    pub reason: Option<String>,
}

/// An open finding: one object that fails one check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Finding {
    /// The check that fails.
    pub check: String,
    /// The control it belongs to.
    pub control: String,
    /// Whether it decides the control.
    #[serde(with = "words::CheckKind")]
    pub kind: CheckKind,
    /// How urgent it is.
    #[serde(with = "words::Severity")]
    pub severity: Severity,
    /// The object its author wrote: the Deployment, not its pods.
    pub resource: Resource,
    /// What is wrong: names the field, its value and what to do.
    pub message: String,
    /// Each place, where there are several.
    pub details: Vec<Detail>,
    /// How to fix such findings in general.
    pub remediation: String,
    /// Since when it is open, in UTC; null where nobody has watched.
    #[serde(serialize_with = "optional_seconds")]
    #[schemars(with = "Option<DateTime<Utc>>")]
    pub since: Option<DateTime<Utc>>,
    /// Who brought the object.
    #[serde(with = "words::Origin")]
    pub origin: Origin,
    /// Whether the object is inside the cardholder data environment.
    pub cde: bool,
    /// The exception that covers it; null without one.
    pub exception: Option<Exception>,
    /// What findings of the check mean, in a few words. For people only.
    #[serde(skip)]
    pub title: String,
    /// Where the object was read from, as `file:line`. For people only.
    #[serde(skip)]
    pub place: Option<String>,
}

/// An object. The cluster as a whole has no `apiVersion` and no name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Resource {
    /// API group and version.
    pub api_version: String,
    /// Kind.
    pub kind: String,
    /// Namespace; null for cluster-scoped objects.
    pub namespace: Option<String>,
    /// Name.
    pub name: String,
}

/// One place of a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Detail {
    /// The container; null for the object itself.
    pub container: Option<String>,
    /// Path of the field.
    pub field: String,
    /// Its value; `unset` where that is the trouble. Never a secret's.
    pub value: String,
}

/// An exception that covers a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Exception {
    /// Its name.
    pub name: String,
    /// `RiskAccepted`, `CompensatingControl` or `FalsePositive`.
    #[serde(rename = "type")]
    pub type_: String,
}

/// RFC 3339 in UTC with whole seconds.
fn text(time: DateTime<Utc>) -> String {
    // Written via the timestamp, so that a leap second does not come out as a 60th.
    let whole = DateTime::from_timestamp(time.timestamp(), 0).unwrap_or(time);
    whole.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn seconds<S: Serializer>(time: &DateTime<Utc>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&text(*time))
}

// The signature is the one that serde calls.
#[allow(clippy::ref_option)]
fn optional_seconds<S: Serializer>(time: &Option<DateTime<Utc>>, to: S) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => seconds(time, to),
        None => to.serialize_none(),
    }
}
