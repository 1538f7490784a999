//! The kind `ComplianceReport`: one per profile and section of the guidance, the front page of Assay.

use chrono::{DateTime, Utc};
use kube::{CustomResource, KubeSchema};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    condition::Condition,
    finding::Finding,
    schema::for_kubernetes,
    summary::Summary,
    time::{OptionalWholeSeconds, WholeSeconds},
    words::{Basis, CheckKind, CheckStatus, Responsibility, Severity, Verdict},
};

/// Which profile and section this report is about. Set when it is made and never changed.
#[derive(CustomResource, KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[kube(
    group = "compliance.assay.dev",
    version = "v1alpha1",
    kind = "ComplianceReport",
    plural = "compliancereports",
    shortname = "creport",
    category = "compliance",
    status = "ComplianceReportStatus",
    derive = "PartialEq",
    doc = "How the cluster stands against one section of the PCI SSC guidance for containers and container orchestration tools, under one profile: the verdict, since when, what breaks it, and when that was last confirmed. Written by the operator. It points to best practices of the guidance; it does not state compliance with PCI DSS.",
    printcolumn(
        name = "STATUS",
        type_ = "string",
        json_path = ".status.verdict",
        description = "Verdict on the section, the worst of its controls"
    ),
    printcolumn(
        name = "MET",
        type_ = "string",
        json_path = ".status.summary.controlsText",
        description = "Controls met, of those that apply"
    ),
    printcolumn(
        name = "NOT-MET",
        type_ = "integer",
        json_path = ".status.summary.controls.notMet",
        description = "Controls with an open finding of a requirement"
    ),
    printcolumn(
        name = "UNKNOWN",
        type_ = "integer",
        json_path = ".status.summary.controls.unknown",
        description = "Controls of which something could not be judged"
    ),
    printcolumn(
        name = "TO-STATE",
        type_ = "integer",
        json_path = ".status.summary.controls.needsEvidence",
        description = "Controls that wait for a person's statement"
    ),
    printcolumn(
        name = "CRITICAL",
        type_ = "integer",
        json_path = ".status.summary.findings.critical",
        description = "Open findings with severity Critical"
    ),
    printcolumn(
        name = "HIGH",
        type_ = "integer",
        json_path = ".status.summary.findings.high",
        description = "Open findings with severity High"
    ),
    printcolumn(
        name = "CDE",
        type_ = "integer",
        json_path = ".status.summary.findings.cde",
        description = "Open findings inside the cardholder data environment"
    ),
    printcolumn(
        name = "SINCE",
        type_ = "date",
        json_path = ".status.since",
        description = "Since when the verdict holds"
    ),
    printcolumn(
        name = "VERIFIED",
        type_ = "date",
        json_path = ".status.verifiedAt",
        description = "When the verdict was last confirmed"
    ),
    printcolumn(
        name = "MEDIUM",
        type_ = "integer",
        json_path = ".status.summary.findings.medium",
        description = "Open findings with severity Medium",
        priority = 1
    ),
    printcolumn(
        name = "LOW",
        type_ = "integer",
        json_path = ".status.summary.findings.low",
        description = "Open findings with severity Low",
        priority = 1
    ),
    printcolumn(
        name = "ADVISORY",
        type_ = "integer",
        json_path = ".status.summary.findings.advisory",
        description = "Open findings of advisories, which decide no verdict",
        priority = 1
    ),
    printcolumn(
        name = "EXCEPTED",
        type_ = "integer",
        json_path = ".status.summary.findings.excepted",
        description = "Findings covered by an active exception",
        priority = 1
    ),
    printcolumn(
        name = "TITLE",
        type_ = "string",
        json_path = ".spec.title",
        description = "Title of the section",
        priority = 1
    )
)]
#[x_kube(validation = Rule::new("self == oldSelf").message("spec cannot be changed"))]
#[schemars(transform = for_kubernetes)]
#[serde(rename_all = "camelCase")]
pub struct ComplianceReportSpec {
    /// Name of the `ComplianceProfile` that was assessed.
    #[schemars(length(min = 1, max = 40))]
    pub profile: String,
    /// Number of the section in the guidance, 1 to 16.
    #[schemars(range(min = 1, max = 16))]
    pub section: u8,
    /// Title of the section, such as `Authorization`.
    #[schemars(length(max = 128))]
    pub title: String,
}

/// How the section stands, as last written by the operator.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[schemars(transform = for_kubernetes)]
#[serde(rename_all = "camelCase")]
pub struct ComplianceReportStatus {
    /// Verdict on the section, the worst of its controls in this order: `NotMet`, `Unknown`, `NeedsEvidence`,
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
    /// The last verdict on the section that was not `Unknown`, with its time, while the present one is. If that verdict
    /// comes back, so does its time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_known: Option<LastKnown>,
    /// The state in the form that `kubectl wait` reads. `Ready`: the report is kept up to date. `Met`: `True` when
    /// every control that applies is met, `False` when one is not, `Unknown` when one cannot be judged or needs
    /// evidence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["type".into()]))]
    pub conditions: Vec<Condition>,
    /// Counts over all controls and findings of the section.
    pub summary: Summary,
    /// The section's controls in the order of their numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["id".into()]))]
    pub controls: Vec<ControlResult>,
    /// Number of findings that the controls' `worst` lists had no room for; `ComplianceFindings` hold them all. Left
    /// out when nothing is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truncated: Option<u32>,
}

/// How one control stands.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ControlResult {
    /// Number of the best practice in the guidance, such as `2.1`.
    pub id: String,
    /// What the control asks for, in a few words.
    pub title: String,
    /// `NotMet`: a requirement has an open finding. `Unknown`: something could not be judged. `NeedsEvidence`: a
    /// person's statement is missing, or what only the provider of the control plane can tell. `NotApplicable`: nothing of it applies. `Met`: everything that applies holds.
    pub verdict: Verdict,
    /// What the verdict rests on: `Observed` (what Assay read itself), `Stated` (people's statements), `Mixed` (both)
    /// or `Compensated` (a compensating control that holds). Left out while there is nothing to rest on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
    /// Since when the verdict holds (UTC).
    #[serde(with = "WholeSeconds")]
    pub since: DateTime<Utc>,
    /// Who has to act on it: `Customer` (who runs the cluster), `Provider` (of a managed control plane) or `Shared`.
    pub responsibility: Responsibility,
    /// Why the verdict is what it is, as one word, such as `Forbidden` or `ProviderHidden`. Left out when met.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The same as a sentence for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Age and completeness of the evidence from outside the cluster's objects, such as the kubelets' settings. Left
    /// out for controls that need none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<EvidenceSummary>,
    /// The last verdict on the control that was not `Unknown`, with its time, while the present one is. If that verdict
    /// comes back, so does its time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_known: Option<LastKnown>,
    /// The control's checks and their counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    // Atomic, because the API server's record of who owns which field would outgrow the checks themselves.
    #[x_kube(merge_strategy = ListMerge::Atomic)]
    pub checks: Vec<CheckResult>,
    /// The control's findings, worst first, as many as fit into 128 KiB for the whole report. `ComplianceFindings`
    /// hold them all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[x_kube(merge_strategy = ListMerge::Atomic)]
    pub worst: Vec<Finding>,
}

/// Age and completeness of evidence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EvidenceSummary {
    /// When the oldest piece of evidence in use was collected (UTC). Left out when there is none yet.
    #[serde(
        with = "OptionalWholeSeconds",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub oldest: Option<DateTime<Utc>>,
    /// How many sources gave evidence, of how many that should. Left out where there is only one source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coverage: Option<Coverage>,
}

/// How complete evidence is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Coverage {
    /// Number of sources that should give evidence, such as the cluster's nodes.
    pub expected: u32,
    /// Number of sources whose evidence is there and fresh enough.
    pub collected: u32,
}

/// The last verdict that was not `Unknown`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LastKnown {
    /// That verdict: `NotMet`, `NeedsEvidence`, `NotApplicable` or `Met`.
    pub verdict: Verdict,
    /// Since when it held (UTC).
    #[serde(with = "WholeSeconds")]
    pub since: DateTime<Utc>,
}

/// The outcome of one check over all objects that it judges. `evaluated` is the sum of the five counts after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CheckResult {
    /// Id of the check, such as `cluster-admin-binding`.
    pub id: String,
    /// Version of the check, from 1; it rises when the check may judge the same object differently.
    pub version: u32,
    /// `Requirement`, which decides the control, or `Advisory`, which decides nothing.
    pub kind: CheckKind,
    /// How urgent its findings are: `Critical`, `High`, `Medium` or `Low`, after the profile's re-rating.
    pub severity: Severity,
    /// `Fail`: at least one object fails. `Unknown`: none fails, but one could not be judged. `Pass`: all that it
    /// applies to pass. `NotApplicable`: it applies to none.
    pub status: CheckStatus,
    /// Number of objects looked at.
    pub evaluated: u32,
    /// Number of objects that pass.
    pub passed: u32,
    /// Number of objects that fail and are covered by no exception: the open findings.
    pub failed: u32,
    /// Number of objects that fail and are covered by an active exception.
    pub excepted: u32,
    /// Number of objects that could not be judged.
    pub unknown: u32,
    /// Number of objects that the check does not apply to.
    pub not_applicable: u32,
    /// Why the status is `Unknown`, as one word, such as `Forbidden`, `Stale` or `DisabledByProfile`. Left out
    /// otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The same as a sentence for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}
