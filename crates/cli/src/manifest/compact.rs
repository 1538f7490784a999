//! Because the JSON text written here is cut, merged and searched without ever being decoded: finds the parts of JSON that is
//! known to be valid and compact.

use std::ops::Range;

/// Where the value that begins at `start` ends.
pub(super) fn value_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes().get(start..).unwrap_or_default();
    let mut depth = 0usize;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => at += string_length(bytes.get(at..).unwrap_or_default()),
            b'{' | b'[' => {
                depth += 1;
                at += 1;
            }
            b'}' | b']' | b',' if depth == 0 => return start + at,
            b'}' | b']' => {
                depth -= 1;
                at += 1;
            }
            _ => at += 1,
        }
        if depth == 0 && matches!(byte, b'"' | b'}' | b']') {
            return start + at;
        }
    }
    text.len()
}

/// The length of the string that `bytes` begin with, quotes included.
fn string_length(bytes: &[u8]) -> usize {
    let mut at = 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The keys, quotes included, and values of the object that begins at `start`; nothing if it is no object.
pub(super) fn entries(
    text: &str,
    start: usize,
) -> impl Iterator<Item = (Range<usize>, Range<usize>)> {
    parts(text, start, b'{').map(|key| {
        let key_end = value_end_of_key(text, key);
        let end = value_end(text, key_end + 1);
        (key..key_end, key_end + 1..end)
    })
}

/// The items of the array that begins at `start`; nothing if it is no array.
pub(super) fn items(text: &str, start: usize) -> impl Iterator<Item = Range<usize>> {
    parts(text, start, b'[').map(|item| item..value_end(text, item))
}

fn value_end_of_key(text: &str, start: usize) -> usize {
    start + string_length(text.as_bytes().get(start..).unwrap_or_default())
}

/// Where the parts of a collection begin that is opened by `bracket`.
fn parts(text: &str, start: usize, bracket: u8) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    let keyed = bracket == b'{';
    let mut next = (bytes.get(start) == Some(&bracket)).then_some(start + 1);
    std::iter::from_fn(move || {
        let at = next.filter(|&at| {
            bytes
                .get(at)
                .is_some_and(|byte| !matches!(byte, b'}' | b']'))
        })?;
        let value = if keyed {
            value_end_of_key(text, at) + 1
        } else {
            at
        };
        let end = value_end(text, value);
        next = (bytes.get(end) == Some(&b',')).then_some(end + 1);
        Some(at)
    })
}

/// How deep the collections of a value are nested.
pub(super) fn depth(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut at, mut depth, mut deepest) = (0, 0usize, 0);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at += string_length(bytes.get(at..).unwrap_or_default());
                continue;
            }
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    deepest
}

/// Writes `text` as a JSON string.
pub(super) fn push_string(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest
        .bytes()
        .position(|byte| byte < b' ' || matches!(byte, b'"' | b'\\'))
    {
        out.push_str(rest.get(..at).unwrap_or_default());
        match rest.as_bytes().get(at) {
            Some(b'\n') => out.push_str("\\n"),
            Some(b'\t') => out.push_str("\\t"),
            Some(b'\r') => out.push_str("\\r"),
            Some(&byte @ (b'"' | b'\\')) => {
                out.push('\\');
                out.push(char::from(byte));
            }
            // All others are below 0x20.
            Some(byte) => out.extend([
                "\\u00",
                if *byte < 0x10 { "0" } else { "1" },
                hex_digit(*byte),
            ]),
            None => {}
        }
        rest = rest.get(at + 1..).unwrap_or_default();
    }
    out.push_str(rest);
    out.push('"');
}

/// The last hexadecimal digit of a byte.
fn hex_digit(byte: u8) -> &'static str {
    let at = usize::from(byte % 16);
    "0123456789abcdef".get(at..=at).unwrap_or_default()
}

/// Where `path` (like `spec.containers[0].image`) leads in the object: to the key, or the item of a list. Where the path leads
/// nowhere, the last part of it that does.
pub(super) fn find(text: &str, path: &str) -> usize {
    let (mut offset, mut value, mut rest) = (0, 0, path.trim_start_matches('.'));
    while !rest.is_empty() {
        let step = match rest.strip_prefix('[') {
            Some(index) => item(text, value, index),
            None => entry(text, value, rest),
        };
        let Some((at, next, left)) = step else { break };
        (offset, value, rest) = (at, next, left.strip_prefix('.').unwrap_or(left));
    }
    offset
}

/// The item that `path`, a number and `]`, leads to: where it stands, its value, and what is left of the path.
fn item<'p>(text: &str, start: usize, path: &'p str) -> Option<(usize, usize, &'p str)> {
    let (index, left) = path.split_once(']')?;
    let item = items(text, start).nth(index.parse().ok()?)?;
    Some((item.start, item.start, left))
}

/// The entry whose key `path` begins with. As keys may contain dots themselves, the longest one that fits is meant.
fn entry<'p>(text: &str, start: usize, path: &'p str) -> Option<(usize, usize, &'p str)> {
    entries(text, start)
        .filter_map(|(key, value)| {
            let name = text.get(key.start + 1..key.end.checked_sub(1)?)?;
            let left = path.strip_prefix(name)?;
            (left.is_empty() || left.starts_with(['.', '['])).then_some((
                key.start,
                value.start,
                left,
            ))
        })
        .min_by_key(|(_, _, left)| left.len())
}
