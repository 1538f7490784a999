//! Conditions of a status, as far as they are asked whether they hold.

use serde::Deserialize;

use super::Text;
use super::object::{null_as_default, objects_or_null};

objects_or_null!(RawCondition);

/// One of `status.conditions`.
#[derive(Deserialize, Default)]
#[serde(remote = "Self", default)]
pub(super) struct RawCondition {
    #[serde(deserialize_with = "null_as_default")]
    r#type: Text,
    #[serde(deserialize_with = "null_as_default")]
    status: Text,
}

impl RawCondition {
    /// Whether it is of one of these types, and holds.
    pub(super) fn holds(&self, types: &[&str]) -> bool {
        types.contains(&self.r#type.as_ref()) && self.status.as_ref() == "True"
    }
}
