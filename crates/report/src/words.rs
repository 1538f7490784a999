//! The engine's words and counts as JSON spells them, so that the engine need not know that it is ever written down.

// They stand for the types they name and are never made.
#![allow(dead_code)]

use schemars::JsonSchema;
use serde::Serialize;

/// What is known about a control, a section or the whole.
#[derive(Serialize, JsonSchema)]
#[serde(remote = "assay_engine::Verdict")]
pub(crate) enum Verdict {
    /// A requirement has an open finding.
    NotMet,
    /// Something could not be judged.
    Unknown,
    /// A part needs a person's statement and has no valid one.
    NeedsEvidence,
    /// Nothing of it applies here.
    NotApplicable,
    /// Everything that applies was shown to hold.
    Met,
}

/// What a verdict rests on.
#[derive(Serialize, JsonSchema)]
#[serde(remote = "assay_engine::Basis")]
pub(crate) enum Basis {
    /// What Assay read itself.
    Observed,
    /// People's statements.
    Stated,
    /// Both.
    Mixed,
}

/// The outcome of one check over all its subjects.
#[derive(Serialize, JsonSchema)]
#[serde(remote = "assay_engine::CheckStatus")]
pub(crate) enum CheckStatus {
    /// At least one subject fails.
    Fail,
    /// None fails, but at least one could not be judged.
    Unknown,
    /// All subjects that it applies to pass.
    Pass,
    /// There is no subject that it applies to.
    NotApplicable,
}

/// Whether a check decides its control.
#[derive(Serialize, JsonSchema)]
#[serde(remote = "assay_checks::CheckKind")]
pub(crate) enum CheckKind {
    /// It does.
    Requirement,
    /// Listed and counted apart; decides nothing.
    Advisory,
}

/// The order in which findings should be worked off. It never decides a verdict.
#[derive(Serialize, JsonSchema)]
#[serde(remote = "assay_checks::Severity")]
pub(crate) enum Severity {
    /// A way to take the cluster or the card data, as it stands.
    Critical,
    /// One step from it.
    High,
    /// Weakens a defence.
    Medium,
    /// Hygiene.
    Low,
}

/// Who brought an object into the cluster.
#[derive(Serialize, JsonSchema)]
#[serde(remote = "assay_checks::Origin")]
pub(crate) enum Origin {
    /// Kubernetes or the distribution itself.
    Platform,
    /// A recognised add-on.
    ThirdParty,
    /// The cluster's users.
    Workload,
}

/// Controls by verdict. The five add up to all controls that are covered.
#[derive(Serialize, JsonSchema)]
#[serde(remote = "assay_engine::ControlCounts", rename_all = "camelCase")]
pub(crate) struct ControlCounts {
    /// Everything that applies was shown to hold.
    met: u32,
    /// A requirement has an open finding.
    not_met: u32,
    /// Something could not be judged, and nothing is known to fail.
    unknown: u32,
    /// A person's statement is missing, all else being in order.
    needs_evidence: u32,
    /// Nothing of it applies.
    not_applicable: u32,
}

/// Findings. `critical` to `low` are open findings of requirements and do not overlap; `advisory` and `excepted` are
/// counted apart; `cde` counts some of the open ones a second time.
#[derive(Serialize, JsonSchema)]
#[serde(remote = "assay_engine::FindingCounts", rename_all = "camelCase")]
pub(crate) struct FindingCounts {
    /// Open findings of requirements with severity Critical.
    critical: u32,
    /// Open findings of requirements with severity High.
    high: u32,
    /// Open findings of requirements with severity Medium.
    medium: u32,
    /// Open findings of requirements with severity Low.
    low: u32,
    /// Open findings of advisories, of any severity.
    advisory: u32,
    /// Findings that an exception accepts.
    excepted: u32,
    /// Open findings of requirements inside the cardholder data environment.
    cde: u32,
}
