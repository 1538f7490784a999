//! Because JSON has only text for keys, and YAML anything: writes a mapping's keys as kubectl does.

use std::borrow::Cow;

use super::super::parser::{EventKind, Properties};
use super::super::scalar::{self, CORE, Scalar};
use super::merge::Entry;
use super::{Expects, FrameKind, Writer, push_scalar};
use crate::manifest::compact;
use crate::manifest::fault::Fault;

impl<'a> Writer<'a> {
    pub(super) fn key(&mut self, kind: EventKind<'a>, line: usize) -> Result<(), Fault> {
        let key: Cow<'_, str> = match kind {
            EventKind::Scalar {
                text,
                plain,
                properties,
            } if is_merge(&text, plain, &properties) => {
                self.begin_merge(line);
                return Ok(());
            }
            EventKind::Scalar {
                text,
                plain,
                properties,
            } => {
                let value = scalar::resolve(properties.tag.as_deref(), &text, plain, line)?;
                let key = key_text(value, &text).ok_or_else(|| self.no_key(line))?;
                if let Some(name) = properties.anchor {
                    let number = self.anchors.begin(name);
                    let mut json = String::new();
                    if !push_scalar(&mut json, value, &text) {
                        return Err(self.not_json(&text, line));
                    }
                    self.anchors
                        .end(name, number, &json, Some(key.clone().into_owned()), line)?;
                }
                key.into_owned().into()
            }
            EventKind::Alias(name) => {
                let anchored = self.anchors.get(name, line)?;
                anchored
                    .key
                    .ok_or_else(|| self.no_key(line))?
                    .to_string()
                    .into()
            }
            _ => return Err(self.no_key(line)),
        };
        self.write_key(&key, line)
    }

    fn write_key(&mut self, key: &str, line: usize) -> Result<(), Fault> {
        self.begin_key(line, Expects::Value);
        let start = self.json.len();
        compact::push_string(&mut self.json, key);
        let end = self.json.len();
        self.json.push(':');
        self.entries.push(Entry {
            key: start..end,
            value: end..end,
        });
        match self.seen.add(key, line) {
            Some(first) => Err(Fault::duplicate(line, key, first).field(self.path())),
            None => Ok(()),
        }
    }

    fn begin_merge(&mut self, line: usize) {
        self.begin_key(line, Expects::Merge);
        let start = self.json.len();
        self.entries.push(Entry {
            key: start..start,
            value: start..start,
        });
    }

    fn begin_key(&mut self, line: usize, then: Expects) {
        if let Some(FrameKind::Mapping {
            base,
            expects,
            merges,
        }) = self.frames.last_mut().map(|frame| &mut frame.kind)
        {
            if self.entries.len() > *base {
                self.json.push(',');
            }
            *expects = then;
            *merges |= then == Expects::Merge;
        }
        self.lines.mark(self.json.len(), line);
    }

    fn no_key(&self, line: usize) -> Fault {
        self.fault(
            line,
            "a key must be a word or a number, and this one is neither",
        )
        .remedy("put the key in quotes")
    }
}

/// What a scalar is as a key of JSON; `None` for what cannot be one.
pub(super) fn key_text(value: Scalar, text: &str) -> Option<Cow<'_, str>> {
    match value {
        Scalar::Null | Scalar::Large(_) => None,
        Scalar::Bool(value) => Some(if value { "true" } else { "false" }.into()),
        Scalar::Int(value) => Some(value.to_string().into()),
        Scalar::Float(value) => Some(scalar::float_key(value).into()),
        Scalar::Text => Some(text.into()),
    }
}

/// Whether this key merges other mappings into the one it stands in.
fn is_merge(text: &str, plain: bool, properties: &Properties<'_>) -> bool {
    text == "<<"
        && match properties.tag.as_deref() {
            None => plain,
            Some(tag) => tag == "!" || tag.strip_prefix(CORE) == Some("merge"),
        }
}
