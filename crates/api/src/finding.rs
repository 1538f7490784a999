//! A finding, in the full form that a report lists and in the short form that stands under its check in
//! `ComplianceFindings`, where repeating the check in each line would cost half the bytes.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    time::{OptionalWholeSeconds, WholeSeconds},
    words::{CheckKind, ExceptionType, FindingState, Origin, Severity},
};

/// One object that fails one check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Id of the check that fails, such as `cluster-admin-binding`.
    pub check: String,
    /// Number of the control that the check belongs to, such as `2.1`.
    pub control: String,
    /// `Requirement`, which makes the control not met, or `Advisory`, which decides nothing.
    pub kind: CheckKind,
    /// How urgent it is: `Critical`, `High`, `Medium` or `Low`, after the profile's re-rating.
    pub severity: Severity,
    /// What is particular to this finding, beside its check.
    #[serde(flatten)]
    pub body: FindingBody,
}

/// One object that fails the check under which it is listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GroupedFinding {
    /// How urgent it is, where that differs from the severity of the check above it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// What is particular to this finding, beside its check.
    #[serde(flatten)]
    pub body: FindingBody,
}

/// What is particular to one finding, beside its check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FindingBody {
    /// The object to change: the one its author wrote, such as the Deployment rather than its pods.
    pub resource: ResourceRef,
    /// What is wrong, as one sentence that names the field and its value. It holds neither counts nor times, so that
    /// it changes only when the fault does.
    pub message: String,
    /// The fault in detail, one entry for each container or field concerned. Left out where the message says it all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<FindingDetail>,
    /// Since when the object fails the check (UTC). It survives restarts and times in which the object could not be
    /// seen; only an observed pass, or the object's absence, ends it.
    #[serde(with = "WholeSeconds")]
    pub since: DateTime<Utc>,
    /// Whether `since` is when the fault began. False means that it was already there at the first look, so it may be
    /// older.
    pub since_known: bool,
    /// `Open`: it fails now. `Unverified`: it failed when last seen and cannot be seen now; it keeps its `since` and
    /// is not counted as open.
    pub state: FindingState,
    /// Who last changed the field at fault, where the object's `managedFields` tell. Left out where they do not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_by: Option<ChangedBy>,
    /// Who brought the object into the cluster: `Platform` (Kubernetes or its distribution), `ThirdParty` (a known
    /// add-on) or `Workload` (the cluster's users).
    pub origin: Origin,
    /// Whether the object is inside the cardholder data environment as the profile declares it.
    pub cde: bool,
    /// The active exception that covers the finding. Left out when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exception: Option<ExceptionRef>,
}

/// An object in the cluster.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "camelCase")]
pub struct ResourceRef {
    /// API group and version of the object, such as `apps/v1`, or `v1` for the core group.
    pub api_version: String,
    /// Kind of the object, such as `Deployment`.
    pub kind: String,
    /// Namespace of the object. Left out for cluster-scoped objects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Name of the object.
    pub name: String,
    /// The object's `metadata.uid`, which tells it from a later object of the same name. Left out where it is not
    /// known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
}

/// One place in the object that is at fault.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FindingDetail {
    /// Name of the container concerned. Left out where the fault is not in a container.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
    /// Path of the field at fault, such as `spec.template.spec.containers[0].securityContext.privileged`.
    pub field: String,
    /// The value found there, as text, shortened if long. Left out when the field is not set or its value must not be
    /// shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// What is wrong with this field, where it differs from the finding's message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// Who last changed a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChangedBy {
    /// Field manager that last set the field, from the object's `managedFields`, such as `kubectl-edit`.
    pub manager: String,
    /// When that manager last changed the object (UTC). Left out where `managedFields` give no time.
    #[serde(
        with = "OptionalWholeSeconds",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub time: Option<DateTime<Utc>>,
}

/// The exception that covers a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExceptionRef {
    /// Name of the exception.
    pub name: String,
    /// `RiskAccepted` (the control stays not met), `CompensatingControl` (counts towards met while it holds) or
    /// `FalsePositive` (the check is wrong here).
    #[serde(rename = "type")]
    pub type_: ExceptionType,
}
