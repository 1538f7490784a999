//! The counts that stand beside every verdict, so that red does not hide blind.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How many controls have which verdict, and how many findings there are of each severity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Controls that are met, of those that apply, as text: `1/3`. A control that does not apply is in neither number.
    pub controls_text: String,
    /// Number of controls by verdict.
    pub controls: ControlCounts,
    /// Number of findings by severity.
    pub findings: FindingCounts,
}

/// Number of controls by verdict. The five add up to all controls that are covered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ControlCounts {
    /// Controls for which everything that applies was shown to hold.
    pub met: u32,
    /// Controls of which a requirement has an open finding.
    pub not_met: u32,
    /// Controls of which something could not be judged, and nothing is known to fail.
    pub unknown: u32,
    /// Controls that wait for a person's statement, all else being in order.
    pub needs_evidence: u32,
    /// Controls of which nothing applies here.
    pub not_applicable: u32,
}

/// Number of findings. `critical` to `low` are open findings of requirements and do not overlap; `advisory` and
/// `excepted` are counted apart; `cde` counts some of the open ones a second time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FindingCounts {
    /// Open findings of requirements with severity `Critical`.
    pub critical: u32,
    /// Open findings of requirements with severity `High`.
    pub high: u32,
    /// Open findings of requirements with severity `Medium`.
    pub medium: u32,
    /// Open findings of requirements with severity `Low`.
    pub low: u32,
    /// Open findings of advisories, of any severity. They decide no verdict.
    pub advisory: u32,
    /// Findings covered by an active exception. They are in none of the other numbers.
    pub excepted: u32,
    /// Open findings of requirements on objects inside the cardholder data environment, of any severity. They are also
    /// counted under their severity.
    pub cde: u32,
}
