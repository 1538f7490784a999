//! The kind `ComplianceFindings`: all findings of one namespace, where a team that may only see that namespace finds
//! its own.

use chrono::{DateTime, Utc};
use kube::{CustomResource, KubeSchema};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    finding::{Finding, GroupedFinding},
    schema::for_kubernetes,
    summary::FindingCounts,
    time::WholeSeconds,
    words::{CheckKind, Severity},
};

/// Which findings this object holds. Set when it is made and never changed.
#[derive(CustomResource, KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[kube(
    group = "compliance.assay.dev",
    version = "v1alpha1",
    kind = "ComplianceFindings",
    plural = "compliancefindings",
    shortname = "cfind",
    category = "compliance",
    namespaced,
    status = "ComplianceFindingsStatus",
    derive = "PartialEq",
    doc = "All findings of one profile on the objects of this namespace, grouped by check, with the cluster-wide grants that reach its service accounts. Findings on cluster-scoped objects are in the operator's namespace. Written by the operator.",
    printcolumn(
        name = "PROFILE",
        type_ = "string",
        json_path = ".spec.profile",
        description = "Profile that was assessed"
    ),
    printcolumn(
        name = "CRITICAL",
        type_ = "integer",
        json_path = ".status.summary.critical",
        description = "Open findings with severity Critical"
    ),
    printcolumn(
        name = "HIGH",
        type_ = "integer",
        json_path = ".status.summary.high",
        description = "Open findings with severity High"
    ),
    printcolumn(
        name = "MEDIUM",
        type_ = "integer",
        json_path = ".status.summary.medium",
        description = "Open findings with severity Medium"
    ),
    printcolumn(
        name = "LOW",
        type_ = "integer",
        json_path = ".status.summary.low",
        description = "Open findings with severity Low"
    ),
    printcolumn(
        name = "ADVISORY",
        type_ = "integer",
        json_path = ".status.summary.advisory",
        description = "Open findings of advisories, which decide no verdict"
    ),
    printcolumn(
        name = "VERIFIED",
        type_ = "date",
        json_path = ".status.verifiedAt",
        description = "When the findings were last confirmed"
    )
)]
#[x_kube(validation = Rule::new("self == oldSelf").message("spec cannot be changed"))]
#[schemars(transform = for_kubernetes)]
#[serde(rename_all = "camelCase")]
pub struct ComplianceFindingsSpec {
    /// Name of the `ComplianceProfile` that was assessed.
    #[schemars(length(min = 1, max = 40))]
    pub profile: String,
    /// Number of this shard, from 1. There is a second object, named `<profile>.2`, only where the findings of a
    /// namespace would make one too large to store.
    #[schemars(range(min = 1))]
    pub shard: u32,
}

/// The findings, as last written by the operator.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[schemars(transform = for_kubernetes)]
#[serde(rename_all = "camelCase")]
pub struct ComplianceFindingsStatus {
    /// How often the operator's Lease had changed hands when the writer took it. A writer never overwrites what a later
    /// one wrote.
    #[schemars(range(min = 0, max = 2_147_483_647))]
    pub epoch: i64,
    /// When these findings were last confirmed (UTC); rewritten at least every 10 minutes. If it is older, nobody is
    /// looking, and they may be out of date.
    #[serde(with = "WholeSeconds")]
    pub verified_at: DateTime<Utc>,
    /// Number of findings in this object.
    pub summary: FindingCounts,
    /// The findings, grouped by check.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[x_kube(merge_strategy = ListMerge::Atomic)]
    pub checks: Vec<FindingGroup>,
}

/// The findings of one check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FindingGroup {
    /// Id of the check that these objects fail, such as `cluster-admin-binding`.
    pub check: String,
    /// Number of the control that the check belongs to, such as `2.1`.
    pub control: String,
    /// `Requirement`, which makes the control not met, or `Advisory`, which decides nothing.
    pub kind: CheckKind,
    /// How urgent the findings are: `Critical`, `High`, `Medium` or `Low`, after the profile's re-rating. A finding
    /// that differs says so itself.
    pub severity: Severity,
    /// What the check looks for, in a few words.
    pub title: String,
    /// How to put it right.
    pub remediation: String,
    /// The objects that fail the check, worst first.
    pub findings: Vec<GroupedFinding>,
}

impl FindingGroup {
    /// The findings of the group in their full form.
    pub fn expand(&self) -> impl Iterator<Item = Finding> + '_ {
        self.findings.iter().map(|grouped| Finding {
            check: self.check.clone(),
            control: self.control.clone(),
            kind: self.kind,
            severity: grouped.severity.unwrap_or(self.severity),
            body: grouped.body.clone(),
        })
    }

    /// Appends a finding of this group's check in its short form.
    pub fn push(&mut self, finding: Finding) {
        self.findings.push(GroupedFinding {
            severity: (finding.severity != self.severity).then_some(finding.severity),
            body: finding.body,
        });
    }
}
