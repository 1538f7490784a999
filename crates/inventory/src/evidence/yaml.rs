//! YAML within a `ConfigMap`, as installers and clouds keep it.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;

use crate::DecodeError;

/// What stands under a key of the data; nothing if it is not there, or empty.
pub(super) fn yaml_of<T: DeserializeOwned>(
    data: &BTreeMap<String, String>,
    key: &str,
) -> Result<Option<T>, DecodeError> {
    let Some(text) = data.get(key).filter(|text| !text.trim().is_empty()) else {
        return Ok(None);
    };
    serde_saphyr::from_str::<Option<T>>(text).map_err(|error| DecodeError {
        field: format!("data.{key}"),
        // The first line says what and where; the rest shows the text.
        reason: error
            .to_string()
            .lines()
            .next()
            .unwrap_or_default()
            .to_owned(),
    })
}
