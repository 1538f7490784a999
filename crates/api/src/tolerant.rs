//! Reading what another version wrote: a word that this one does not know must lose nothing but itself.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

/// A value, if this version can read it; for serde's `deserialize_with`.
///
/// # Errors
/// If the input is malformed. A value of another shape is none.
pub fn if_known<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).ok())
}

/// Those of a list that this version can read; for serde's `deserialize_with`.
///
/// # Errors
/// If the input is malformed or no list.
pub fn those_known<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    let values = Vec::<serde_json::Value>::deserialize(deserializer)?;
    Ok(values
        .into_iter()
        .filter_map(|value| serde_json::from_value(value).ok())
        .collect())
}
