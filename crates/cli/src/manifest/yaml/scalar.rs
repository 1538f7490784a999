//! Because a misread word is a false verdict: decides what `yes`, `0644` or `1_000` without quotes means, exactly as the YAML
//! reader inside kubectl (go-yaml v2) does.

use crate::manifest::fault::Fault;

/// What the tags of YAML's own types begin with, once written out.
pub(super) const CORE: &str = "tag:yaml.org,2002:";

/// What a scalar stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Scalar {
    /// `null`, `~` or nothing at all.
    Null,
    /// `true`, and the words of YAML 1.1 such as `yes` and `off`.
    Bool(bool),
    /// A whole number in any of the notations.
    Int(i64),
    /// A whole number that only fits without a sign.
    Large(u64),
    /// Everything else that reads as a number; may be infinite, or not a number at all.
    Float(f64),
    /// Text, to be taken as it stands.
    Text,
}

/// Resolves a scalar on line `line` that carries `tag`, or none. `plain` says that it stands without quotes.
pub(super) fn resolve(
    tag: Option<&str>,
    text: &str,
    plain: bool,
    line: usize,
) -> Result<Scalar, Fault> {
    let Some(tag) = tag else {
        return Ok(if plain { guess(text) } else { Scalar::Text });
    };
    // Tags of somebody else's making (`!Ref`) say nothing to kubectl: the value is text.
    let Some(core) = tag.strip_prefix(CORE) else {
        return Ok(Scalar::Text);
    };
    let value = match core {
        "bool" | "int" | "float" | "null" | "timestamp" => guess(text),
        "binary" => {
            return Err(
                Fault::new(line, "values tagged `!!binary` are not read here")
                    .remedy("write the text itself"),
            );
        }
        _ => return Ok(Scalar::Text),
    };
    match (core, value) {
        ("bool", Scalar::Bool(_))
        | ("int", Scalar::Int(_) | Scalar::Large(_))
        | ("float", Scalar::Float(_))
        | ("null", Scalar::Null) => Ok(value),
        #[expect(clippy::cast_precision_loss, reason = "kubectl loses the same digits")]
        ("float", Scalar::Int(whole)) => Ok(Scalar::Float(whole as f64)),
        ("timestamp", Scalar::Text) if is_date(text) => Ok(value),
        _ => Err(mismatch(core, line)),
    }
}

fn mismatch(core: &str, line: usize) -> Fault {
    Fault::new(
        line,
        format!("the value is not what its tag `!!{core}` says"),
    )
    .remedy("remove the tag")
}

/// Near enough to a date for its tag; a date is text to Kubernetes in any case.
fn is_date(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let mut number = || {
        parts
            .next()
            .is_some_and(|part| part.starts_with(|c: char| c.is_ascii_digit()))
    };
    number() && number() && number()
}

/// What a word without quotes and tag stands for.
fn guess(text: &str) -> Scalar {
    let Some(first) = text.bytes().next() else {
        return Scalar::Null;
    };
    match first {
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => word(text),
        b'.' => match text {
            ".nan" | ".NaN" | ".NAN" => Scalar::Float(f64::NAN),
            ".inf" | ".Inf" | ".INF" => Scalar::Float(f64::INFINITY),
            _ if !text.contains('_') => float(text).unwrap_or(Scalar::Text),
            _ if divides_digits(text) => float(&text.replace('_', "")).unwrap_or(Scalar::Text),
            _ => Scalar::Text,
        },
        b'+' | b'-' | b'0'..=b'9' => match text {
            "+.inf" | "+.Inf" | "+.INF" => Scalar::Float(f64::INFINITY),
            "-.inf" | "-.Inf" | "-.INF" => Scalar::Float(f64::NEG_INFINITY),
            _ if text.contains('_') => number(&text.replace('_', "")),
            _ => number(text),
        },
        _ => Scalar::Text,
    }
}

fn word(text: &str) -> Scalar {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Scalar::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Scalar::Bool(false)
        }
        "~" | "null" | "Null" | "NULL" => Scalar::Null,
        _ => Scalar::Text,
    }
}

/// Reads `digits`, underscores already taken out, as a number in one of Go's notations, else as text.
fn number(digits: &str) -> Scalar {
    let (negative, unsigned) = match digits.as_bytes().first() {
        Some(b'-') => (true, digits.get(1..).unwrap_or_default()),
        Some(b'+') => (false, digits.get(1..).unwrap_or_default()),
        _ => (false, digits),
    };
    if let Some(magnitude) = whole(unsigned) {
        let value = if negative {
            0i64.checked_sub_unsigned(magnitude)
        } else {
            i64::try_from(magnitude).ok()
        };
        if let Some(value) = value {
            return Scalar::Int(value);
        }
        // A sign rules out the unsigned reading; such a number goes on as a float.
        if unsigned.len() == digits.len() {
            return Scalar::Large(magnitude);
        }
    }
    if let Some(value) = float(digits) {
        return value;
    }
    // kubectl reads a second sign behind this prefix.
    match digits.strip_prefix("0b") {
        Some(rest) if rest.starts_with(['+', '-']) => {
            i64::from_str_radix(rest, 2).map_or(Scalar::Text, Scalar::Int)
        }
        _ => Scalar::Text,
    }
}

/// A whole number without its sign: `0x`, `0o`, `0b`, or octal for a bare leading zero, so that `0644` is 420.
fn whole(digits: &str) -> Option<u64> {
    let (radix, rest) = match digits.as_bytes() {
        [b'0', b'x' | b'X', _, ..] => (16, digits.get(2..)?),
        [b'0', b'o' | b'O', _, ..] => (8, digits.get(2..)?),
        [b'0', b'b' | b'B', _, ..] => (2, digits.get(2..)?),
        [b'0', _, ..] => (8, digits.get(1..)?),
        _ => (10, digits),
    };
    // `from_str_radix` would take a further sign.
    if rest.starts_with(['+', '-']) {
        return None;
    }
    u64::from_str_radix(rest, radix).ok()
}

/// Whether each underscore stands between two digits, which Go demands only behind a leading dot.
fn divides_digits(text: &str) -> bool {
    let mut parts = text.split('_').peekable();
    let mut first = true;
    while let Some(part) = parts.next() {
        let starts = first || part.starts_with(|c: char| c.is_ascii_digit());
        let ends = parts.peek().is_none() || part.ends_with(|c: char| c.is_ascii_digit());
        if !starts || !ends {
            return false;
        }
        first = false;
    }
    true
}

/// A decimal fraction or a power of ten. One too great for a float is text, as in Go.
fn float(digits: &str) -> Option<Scalar> {
    // Rust also reads `inf` and `nan`, which are not numbers here.
    if digits
        .bytes()
        .any(|b| !matches!(b, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'))
    {
        return None;
    }
    digits
        .parse()
        .ok()
        .filter(|value: &f64| value.is_finite())
        .map(Scalar::Float)
}

/// Writes a float as Go's JSON does; `None` for the infinite and the undefined, which JSON cannot hold.
pub(super) fn float_json(value: f64) -> Option<String> {
    if !value.is_finite() {
        return None;
    }
    let size = value.abs();
    if size != 0.0 && !(1e-6..1e21).contains(&size) {
        let text = format!("{value:e}");
        return Some(if text.contains("e-") {
            text
        } else {
            text.replace('e', "e+")
        });
    }
    Some(format!("{value}"))
}

/// Writes a float that is a mapping's key as sigs.k8s.io/yaml does: rounded to 32 bits, with an exponent from six digits on.
pub(super) fn float_key(value: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the rounding is what kubectl does"
    )]
    let value = value as f32;
    if value.is_nan() {
        return ".nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    // The fewest digits that read back as the same number, and of those the nearest.
    let shortest = (0..9)
        .map(|digits| format!("{value:.digits$e}"))
        .find(|text| text.parse() == Ok(value));
    let scientific = shortest.unwrap_or_default();
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if value == 0.0 || (-4..6).contains(&exponent) {
        return format!("{value}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}
