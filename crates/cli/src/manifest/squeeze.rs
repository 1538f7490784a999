//! Because JSON as kubectl prints it is half blanks: copies one JSON value without them and notes the lines that they divided.

use std::ops::Range;

use super::lines::Lines;

/// Copies the valid JSON value at `span` of `text`, which begins on line `line`, as compact JSON.
pub(super) fn squeeze(text: &str, span: Range<usize>, mut line: usize) -> (String, Lines) {
    let text = text.get(span).unwrap_or_default();
    let bytes = text.as_bytes();
    let mut json = String::with_capacity(text.len());
    let mut lines = Lines::default();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\n' => line += 1,
            b' ' | b'\t' | b'\r' => {}
            b'"' => {
                lines.mark(json.len(), line);
                at = push_string(&mut json, text, at);
                continue;
            }
            b',' | b':' | b'}' | b']' => json.push(char::from(byte)),
            _ => {
                lines.mark(json.len(), line);
                json.push(char::from(byte));
            }
        }
        at += 1;
    }
    (json, lines)
}

/// Copies the string that begins at `start` and returns where it ends.
fn push_string(json: &mut String, text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut copied = start;
    let mut at = start + 1;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        at += rest
            .iter()
            .position(|&byte| matches!(byte, b'"' | b'\\'))
            .unwrap_or(rest.len());
        match bytes.get(at..) {
            Some([b'\\', b'u', ..]) => match surrogates(bytes.get(at..).unwrap_or_default()) {
                Surrogates::None => at += 6,
                Surrogates::Pair => at += 12,
                // Go reads half a pair as the replacement character, Rust not at all.
                Surrogates::Lone => {
                    json.push_str(text.get(copied..at).unwrap_or_default());
                    json.push_str("\\ufffd");
                    at += 6;
                    copied = at;
                }
            },
            Some([b'\\', ..]) => at += 2,
            _ => {
                at = (at + 1).min(bytes.len());
                json.push_str(text.get(copied..at).unwrap_or_default());
                return at;
            }
        }
    }
}

enum Surrogates {
    None,
    Pair,
    Lone,
}

/// What the escape that `bytes` begin with is in terms of UTF-16.
fn surrogates(bytes: &[u8]) -> Surrogates {
    let unit = |at: usize| {
        let escape = bytes
            .get(at..at + 6)
            .and_then(|escape| std::str::from_utf8(escape).ok())?;
        u16::from_str_radix(escape.strip_prefix("\\u")?, 16).ok()
    };
    match (unit(0), unit(6)) {
        (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => Surrogates::Pair,
        (Some(0xD800..=0xDFFF), _) => Surrogates::Lone,
        _ => Surrogates::None,
    }
}
