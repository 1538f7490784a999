//! Quantities: `500m`, `1Gi`, or a bare number.

use serde::Deserialize;

use super::Text;

/// A quantity, which manifests may write as a bare number.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum RawQuantity {
    Text(Text),
    Integer(i64),
    Float(f64),
}

impl RawQuantity {
    /// As written.
    pub(crate) fn as_text(&self) -> Text {
        match self {
            Self::Text(text) => text.clone(),
            Self::Integer(number) => Text::from(number.to_string()),
            Self::Float(number) => Text::from(number.to_string()),
        }
    }
}

/// Whether a quantity is none at all, in whatever unit: a limit of zero limits nothing.
#[must_use]
pub fn is_zero(quantity: &str) -> bool {
    quantity
        .bytes()
        .take_while(|byte| byte.is_ascii_digit() || b"+-.".contains(byte))
        .all(|byte| !(b'1'..=b'9').contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::is_zero;

    #[test]
    fn zero_is_zero_in_any_unit() {
        for zero in ["0", "0Mi", "0.0", "0m", "00", "0e3", "+0", ""] {
            assert!(is_zero(zero), "{zero}");
        }
        for some in ["1", "500m", "0.5", "64Mi", "1e3", "10", "0.01Gi"] {
            assert!(!is_zero(some), "{some}");
        }
    }
}
