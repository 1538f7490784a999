//! YAML of what is otherwise written as JSON, keys in the same order. Only what reads the same everywhere is left
//! unquoted.

// Writing to a String cannot fail.
use std::fmt::{self, Write as _};

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Serialize, de};

/// YAML of anything that can be written as JSON.
///
/// # Errors
/// Only if `value` refuses to be serialized, which nothing in this crate does.
pub fn yaml(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let json = serde_json::to_string(value)?;
    let node: Node = serde_json::from_str(&json)?;
    let mut out = String::with_capacity(json.len() * 2);
    node.write(&mut out, 0, Place::Top);
    Ok(out)
}

/// JSON with its keys in the order in which they were written.
enum Node {
    Scalar(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

/// What stands on the line before a node.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// Nothing.
    Top,
    /// A key and its colon.
    Key,
    /// The dash of a list item.
    Dash,
}

impl Node {
    fn write(&self, out: &mut String, indent: usize, place: Place) {
        match self {
            Self::Scalar(text) => inline(out, text, place),
            Self::List(items) if items.is_empty() => inline(out, "[]", place),
            Self::Map(entries) if entries.is_empty() => inline(out, "{}", place),
            Self::List(items) => {
                // Items stand below their key, not further in.
                let indent = if place == Place::Key {
                    indent - 2
                } else {
                    indent
                };
                for (at, item) in items.iter().enumerate() {
                    begin(out, indent, place, at);
                    out.push('-');
                    item.write(out, indent + 2, Place::Dash);
                }
            }
            Self::Map(entries) => {
                for (at, (key, value)) in entries.iter().enumerate() {
                    begin(out, indent, place, at);
                    out.push_str(&quoted(key));
                    out.push(':');
                    value.write(out, indent + 2, Place::Key);
                }
            }
        }
    }
}

/// Begins the line of an entry or item: the first one behind a dash stays on its line.
fn begin(out: &mut String, indent: usize, place: Place, at: usize) {
    match (place, at) {
        (Place::Dash, 0) => out.push(' '),
        (Place::Key, 0) => {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', indent));
        }
        _ => out.extend(std::iter::repeat_n(' ', indent)),
    }
}

fn inline(out: &mut String, text: &str, place: Place) {
    if place != Place::Top {
        out.push(' ');
    }
    out.push_str(text);
    out.push('\n');
}

/// Words that some reader of YAML takes for something else than text.
const TAKEN: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];

fn quoted(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && !text.ends_with(' ')
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || " _./()-".contains(c))
        && !TAKEN.iter().any(|taken| text.eq_ignore_ascii_case(taken));
    if plain {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            // Line breaks to YAML 1.1, and what it does not take as it stands.
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Node, E> {
        Ok(Node::Scalar("null".to_owned()))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Scalar(value.to_string()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Scalar(value.to_string()))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Scalar(value.to_string()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Scalar(value.to_string()))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Scalar(quoted(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Node::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Node::Map(entries))
    }
}
