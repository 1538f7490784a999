//! The custom resources of Assay, so that the operator, the command line and the generated `crds/` agree on one shape.
//!
//! Rust types, their Kubernetes schemas and the text that `kubectl explain` prints. What the fields mean is decided by the
//! engine: this crate fixes how they are written down, and turns a profile into the engine's terms.
//!
//! Two rules hold for all kinds. The version only grows by addition, so whatever is added later is optional. And what
//! is optional is left out when it is empty, never written as `null`.

// `KubeSchema` copies each type, visibility included, into the body of the function that it writes.
#![allow(unreachable_pub)]
// Clippy takes each key that two printer columns share for a repeated attribute.
#![allow(clippy::duplicated_attributes)]

pub mod condition;
pub mod finding;
pub mod findings;
pub mod profile;
pub mod report;
pub mod span;
pub mod statement;
pub mod summary;
pub mod time;
pub mod tolerant;
pub mod words;

mod schema;
#[cfg(test)]
mod tests;

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::CustomResourceExt;

pub use condition::{Condition, ConditionStatus};
pub use finding::{
    ChangedBy, ExceptionRef, Finding, FindingBody, FindingDetail, GroupedFinding, ResourceRef,
};
pub use findings::{
    ComplianceFindings, ComplianceFindingsSpec, ComplianceFindingsStatus, FindingGroup,
};
pub use profile::issued::{IssuedLogin, LONGEST_ISSUED};
pub use profile::logins::KeptLogins;
pub use profile::meaning::ProfileError;
pub use profile::scope::{
    LabelRequirement, LabelSelector, ObjectSelection, Scope, ScopePart, SelectorOperator,
};
pub use profile::status::{
    CollectorHealth, CollectorState, ComplianceProfileStatus, FixFirst, SectionLine, Sight,
    SightState, StatementLine, StatementState, VersionInfo,
};
pub use profile::{
    BreakGlass, CheckOverride, ComplianceProfile, ComplianceProfileSpec, Parameters,
    ServiceAccountRef,
};
pub use report::{
    CheckResult, ComplianceReport, ComplianceReportSpec, ComplianceReportStatus, ControlResult,
    Coverage, EvidenceSummary, LastKnown,
};
pub use span::{SpanError, TimeSpan};
pub use statement::{
    ComplianceStatement, ComplianceStatementSpec, Entitlements, LONGEST_IDENTITIES, Period,
    StatedEvidence,
};
pub use summary::{ControlCounts, FindingCounts, Summary};
pub use words::{
    Basis, CheckKind, CheckStatus, ExceptionType, FindingState, Origin, Responsibility, Severity,
    Verdict,
};

/// The API group of all kinds.
pub const GROUP: &str = "compliance.assay.dev";

/// The one served and stored version of all kinds.
pub const VERSION: &str = "v1alpha1";

/// The label that carries the profile's name on every object written for it; what is left over is found by it.
pub const PROFILE_LABEL: &str = "compliance.assay.dev/profile";

/// The definitions of all kinds, in the order of their names: what `crds/` holds and what an installation applies.
#[must_use]
pub fn custom_resource_definitions() -> Vec<CustomResourceDefinition> {
    vec![
        ComplianceFindings::crd(),
        ComplianceProfile::crd(),
        ComplianceReport::crd(),
        ComplianceStatement::crd(),
    ]
}

/// The name of a profile's report on one section, such as `pci-02-authorization` for the slug `02-authorization`.
#[must_use]
pub fn report_name(profile: &str, section_slug: &str) -> String {
    format!("{profile}-{section_slug}")
}

/// The name of one shard of a profile's findings in a namespace: `pci`, then `pci.2`, `pci.3` and so on.
#[must_use]
pub fn findings_name(profile: &str, shard: u32) -> String {
    match shard {
        0 | 1 => profile.to_owned(),
        more => format!("{profile}.{more}"),
    }
}
