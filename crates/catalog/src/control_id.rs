//! The number of a control, so that `10.1` sorts after `2.1` and reads the same everywhere.

use std::fmt;
use std::str::FromStr;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::{Serialize, Serializer};

/// The number of a control in the guidance, such as `2.1`: section, then position in it.
///
/// Ordered by number, not by text. An id need not name a control that exists;
/// [`control`](crate::control) tells.
///
/// ```
/// use assay_catalog::ControlId;
///
/// let id: ControlId = "10.1".parse()?;
/// assert_eq!(id, ControlId::new(10, 1));
/// assert!(id > ControlId::new(2, 1));
/// assert_eq!(id.to_string(), "10.1");
/// # Ok::<(), assay_catalog::ParseControlIdError>(())
/// ```
// The order of the fields is the order of the controls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ControlId {
    section: u8,
    number: u8,
}

impl ControlId {
    /// The id of the control at position `number` of section `section`.
    #[must_use]
    pub const fn new(section: u8, number: u8) -> Self {
        Self { section, number }
    }

    /// The section's number: 2 in `2.1`.
    #[must_use]
    pub const fn section(self) -> u8 {
        self.section
    }

    /// The position within the section: 1 in `2.1`.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.number
    }
}

impl fmt::Display for ControlId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.section, self.number)
    }
}

/// A text that is not the number of a control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseControlIdError {
    text: String,
}

impl fmt::Display for ParseControlIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is not a control id: write section and number joined by a dot, such as \"2.1\"",
            self.text
        )
    }
}

impl std::error::Error for ParseControlIdError {}

impl FromStr for ControlId {
    type Err = ParseControlIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.split_once('.')
            .and_then(|(section, number)| Some(Self::new(decimal(section)?, decimal(number)?)))
            .ok_or_else(|| ParseControlIdError {
                text: text.to_owned(),
            })
    }
}

/// A number written the one way `Display` writes it, so that equal ids have equal texts:
/// `u8::from_str` alone would also take `+2` and `02`.
fn decimal(text: &str) -> Option<u8> {
    let canonical =
        text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if canonical { text.parse().ok() } else { None }
}

impl Serialize for ControlId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ControlId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(ControlIdVisitor)
    }
}

/// Takes text only: an unquoted `10.10` in YAML is the float 10.1 and would name another control.
struct ControlIdVisitor;

impl Visitor<'_> for ControlIdVisitor {
    type Value = ControlId;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a control id as quoted text, such as \"2.1\"")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<ControlId, E> {
        text.parse().map_err(E::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::ControlId;

    #[test]
    fn every_id_reads_back_as_written() {
        for section in 0..=u8::MAX {
            for number in 0..=u8::MAX {
                let id = ControlId::new(section, number);
                assert_eq!(id.to_string().parse(), Ok(id));
            }
        }
    }

    #[test]
    fn order_is_by_number_not_by_text() {
        let mut ids = ["10.1", "2.10", "2.2", "1.6"].map(|t| t.parse::<ControlId>().unwrap());
        ids.sort_unstable();
        assert_eq!(ids.map(|id| id.to_string()), ["1.6", "2.2", "2.10", "10.1"]);
    }

    #[test]
    fn other_spellings_are_refused_by_name() {
        for bad in [
            "", ".", "2", "2.", ".1", "2.1.1", "02.1", "2.01", "+2.1", "2.-1", " 2.1", "2,1",
            "256.1", "٢.١",
        ] {
            let error = bad.parse::<ControlId>().unwrap_err().to_string();
            assert!(error.contains(&format!("{bad:?}")), "{error}");
            assert!(error.contains("such as \"2.1\""), "{error}");
        }
    }

    #[test]
    fn json_is_the_text() {
        let id = ControlId::new(2, 1);
        assert_eq!(serde_json::to_string(&id).unwrap(), "\"2.1\"");
        assert_eq!(serde_json::from_str::<ControlId>("\"2.1\"").unwrap(), id);
        let float = serde_json::from_str::<ControlId>("2.1")
            .unwrap_err()
            .to_string();
        assert!(float.contains("quoted text"), "{float}");
        let bad = serde_json::from_str::<ControlId>("\"two\"")
            .unwrap_err()
            .to_string();
        assert!(bad.contains("\"two\" is not a control id"), "{bad}");
    }
}
