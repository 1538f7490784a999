//! The words that all kinds share, so that a verdict or a severity is spelled in one way everywhere.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is known about a control, a section or a profile. The variants stand in the order in which they are decided:
/// the first that applies wins.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
pub enum Verdict {
    /// A requirement has an open finding.
    NotMet,
    /// Something could not be judged. The default, because what nobody has looked at is never met.
    #[default]
    Unknown,
    /// A part needs a person's statement and has no valid one.
    NeedsEvidence,
    /// Nothing of it applies here.
    NotApplicable,
    /// Everything that applies was shown to hold.
    Met,
}

/// What a verdict rests on.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub enum Basis {
    /// On what Assay read itself.
    Observed,
    /// On people's statements.
    Stated,
    /// On both.
    Mixed,
    /// On a compensating control that holds.
    Compensated,
}

/// Who has to act on a control.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub enum Responsibility {
    /// The people who run the cluster.
    Customer,
    /// The provider of a managed control plane.
    Provider,
    /// Both, each for a part.
    Shared,
}

/// The order in which findings should be worked off, most urgent first. It never decides a verdict.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub enum Severity {
    /// Gives away the cluster or the data at once.
    Critical,
    /// One step away from it.
    High,
    /// Weakens a defence.
    Medium,
    /// Untidy, of little effect by itself.
    Low,
}

/// Whether a check decides its control.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub enum CheckKind {
    /// Decides the control.
    Requirement,
    /// Is listed and counted apart, and decides nothing.
    Advisory,
}

/// The outcome of one check over all its subjects.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub enum CheckStatus {
    /// At least one subject fails.
    Fail,
    /// None fails, but at least one could not be judged.
    Unknown,
    /// All subjects that it applies to pass.
    Pass,
    /// There is no subject that it applies to.
    NotApplicable,
}

/// Whether a finding is known to hold now.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub enum FindingState {
    /// The subject fails now.
    Open,
    /// The subject failed when it was last seen and cannot be seen now.
    Unverified,
}

/// Who brought an object into the cluster.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub enum Origin {
    /// Kubernetes itself or the distribution.
    Platform,
    /// A known add-on or product.
    ThirdParty,
    /// The people who use the cluster.
    Workload,
}

/// The kinds of exception.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub enum ExceptionType {
    /// The risk is accepted for a time; the control stays not met.
    RiskAccepted,
    /// Another measure reaches the same end and counts towards met while it holds.
    CompensatingControl,
    /// The check is wrong here; lapses with the check's version.
    FalsePositive,
}
