//! Because most manifests are YAML and kubectl's word on what they say is final: reads one YAML document into JSON text, line
//! numbers kept, without building a tree of it.
//!
//! The scanner, parser and scalar rules are those of go-yaml v2 and sigs.k8s.io/yaml, quirks included, and are written here
//! because no crate has them: saphyr and granit follow YAML 1.2 and read some documents as other objects than kubectl does,
//! and libyaml-safer, which agrees with it, panics on such as `{a: !!str, b: c}`.

mod cursor;
mod parser;
mod scalar;
mod scanner;
mod token;
mod writer;

#[cfg(test)]
mod tests;

use super::fault::Fault;
use super::lines::{self, Lines};

/// One YAML document as JSON.
#[derive(Debug)]
pub(super) struct Document {
    /// Compact JSON.
    pub(super) json: String,
    /// Where its parts stand in the file.
    pub(super) lines: Lines,
    /// Where in the text the document ends: behind a `...`, or at the text's end.
    pub(super) end: usize,
}

/// Reads the first YAML document of `text`, whose first line is line `line` of its file. An empty document is `null`.
pub(super) fn read(text: &str, line: usize) -> Result<Document, Fault> {
    if let Some(fault) = unprintable(text, line) {
        return Err(fault);
    }
    writer::Writer::new(text, line).write()
}

/// Finds a character that YAML does not allow.
fn unprintable(text: &str, line: usize) -> Option<Fault> {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(next) = bytes.get(from..)?.iter().position(|&byte| suspicious(byte)) {
        let at = from + next;
        let character = text.get(at..)?.chars().next()?;
        if matches!(character, '\0'..='\x08' | '\x0B' | '\x0C' | '\x0E'..='\x1F' | '\x7F'..='\u{84}' | '\u{86}'..='\u{9F}' | '\u{FFFE}' | '\u{FFFF}')
        {
            let line = line + lines::ended(bytes.get(..at)?);
            let fault = Fault::new(
                line,
                format!(
                    "the control character U+{:04X} stands here",
                    u32::from(character)
                ),
            );
            return Some(fault.remedy("remove it, or write it as an escape in double quotes"));
        }
        from = at + character.len_utf8();
    }
    None
}

/// Whether a character that begins with this byte may be one that YAML does not allow.
fn suspicious(byte: u8) -> bool {
    byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r') || matches!(byte, 0x7F | 0xC2 | 0xEF)
}
