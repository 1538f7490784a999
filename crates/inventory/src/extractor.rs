//! Extractors: what must be looked for in the raw object, because the view keeps too little to find it later.

use serde::Deserialize;

use crate::Kind;
use crate::decode::{DecodeError, parse};
use crate::view::Mark;

/// Runs over the JSON of workloads (pods and what makes pods) and of `ConfigMaps` while they are decoded; only its marks are
/// kept.
#[derive(Clone, Copy)]
pub struct Extractor {
    /// Id: that of the check that reads its marks, or a name of its own where several do.
    pub id: &'static str,
    /// Finds marks in the JSON of one object. What it cannot read is an error: without marks, the object would pass.
    pub run: fn(Kind, &str) -> Result<Vec<Mark>, DecodeError>,
}

impl Extractor {
    /// Reads what an extractor looks at.
    ///
    /// # Errors
    /// [`DecodeError`] if it has the wrong type. The value is left out: where extractors look, it may be a secret.
    pub fn read<'a, T: Deserialize<'a>>(json: &'a str) -> Result<T, DecodeError> {
        parse(json).map_err(|error| DecodeError {
            reason: without_value(&error.reason),
            ..error
        })
    }
}

/// A reason that serde gives, such as `invalid type: string "a", expected a sequence`, without the value.
fn without_value(reason: &str) -> String {
    let value = reason.find(['"', '`']);
    let parts = value.zip(reason.rsplit_once(", expected "));
    match parts.and_then(|(at, (_, expected))| Some((reason.get(..at)?, expected))) {
        Some((head, expected)) => format!("{}, expected {expected}", head.trim_end()),
        None => reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_named_without_its_value() {
        let reason = |json: &str| {
            let error = Extractor::read::<Vec<Vec<String>>>(json).unwrap_err();
            (error.field, error.reason)
        };
        let told = |field: &str, reason: &str| (field.to_owned(), reason.to_owned());
        assert_eq!(
            reason(r#"[[], "hunter2, expected \"x\""]"#),
            told("[1]", "invalid type: string, expected a sequence")
        );
        assert_eq!(
            reason("[[1]]"),
            told("[0][0]", "invalid type: integer, expected a string")
        );
        assert_eq!(
            reason("[{}]"),
            told("[0]", "invalid type: map, expected a sequence")
        );
    }
}
