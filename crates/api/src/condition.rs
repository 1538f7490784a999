//! Conditions in the form that the rest of Kubernetes uses, so that `kubectl wait` and deployment tools understand them.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::time::WholeSeconds;

/// The condition that says whether the object is kept up to date: `True` after the first complete pass.
pub const READY: &str = "Ready";

/// The condition that carries the verdict: `True` when everything applicable is met, `False` when something is not,
/// `Unknown` when something cannot be judged or still needs a person's statement.
pub const MET: &str = "Met";

/// One aspect of an object's state and when it last changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Condition {
    /// Name of the aspect: `Ready` (the object is kept up to date) or `Met` (the verdict). Unique in the list.
    #[serde(rename = "type")]
    pub type_: String,
    /// Whether the aspect holds: `True`, `False` or `Unknown`.
    pub status: ConditionStatus,
    /// Why, as one word in upper camel case for programs to compare, such as `ControlsNotMet`.
    pub reason: String,
    /// Why, as a sentence for people.
    pub message: String,
    /// When `status` last changed from one value to another (UTC).
    #[serde(with = "WholeSeconds")]
    pub last_transition_time: DateTime<Utc>,
    /// The `metadata.generation` that this condition was judged for. Lower than the present one means out of date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
}

impl Condition {
    /// Keeps the transition time of the condition of the same type in `previous` if the status did not change since.
    #[must_use]
    pub fn following(mut self, previous: &[Self]) -> Self {
        if let Some(before) = previous
            .iter()
            .find(|before| before.type_ == self.type_ && before.status == self.status)
        {
            self.last_transition_time = before.last_transition_time;
        }
        self
    }
}

/// Whether a condition holds.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub enum ConditionStatus {
    /// It holds.
    True,
    /// It does not hold.
    False,
    /// It cannot be told.
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition(status: ConditionStatus, at: i64) -> Condition {
        Condition {
            type_: MET.to_owned(),
            status,
            reason: "Reason".to_owned(),
            message: String::new(),
            last_transition_time: DateTime::from_timestamp(at, 0).unwrap(),
            observed_generation: None,
        }
    }

    #[test]
    fn the_transition_time_moves_only_with_the_status() {
        let before = [condition(ConditionStatus::False, 100)];
        let same = condition(ConditionStatus::False, 200).following(&before);
        assert_eq!(same.last_transition_time.timestamp(), 100);
        let changed = condition(ConditionStatus::Unknown, 200).following(&before);
        assert_eq!(changed.last_transition_time.timestamp(), 200);
        let first = condition(ConditionStatus::False, 200).following(&[]);
        assert_eq!(first.last_transition_time.timestamp(), 200);
    }
}
