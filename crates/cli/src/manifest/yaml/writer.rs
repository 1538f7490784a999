//! Because a tree of every document would cost more memory than the document: writes the parser's nodes straight into JSON
//! text and notes the lines they come from.

mod anchors;
mod keys;
mod merge;

use std::borrow::Cow;
use std::ops::Range;

use super::Document;
use crate::manifest::MAX_DEPTH;
use crate::manifest::compact;
use crate::manifest::fault::Fault;
use crate::manifest::lines::Lines;
use crate::manifest::seen::Seen;
use anchors::Anchors;
use keys::key_text;
use merge::Entry;

use super::parser::{EventKind, Parser, Properties};
use super::scalar::{self, Scalar};

/// A collection that is being written.
#[derive(Debug)]
struct Frame<'a> {
    /// Where it begins in the JSON text.
    start: usize,
    line: usize,
    anchor: Option<(&'a str, usize)>,
    kind: FrameKind,
}

#[derive(Debug)]
enum FrameKind {
    Sequence {
        items: usize,
    },
    Mapping {
        /// Where its keys begin among all entries.
        base: usize,
        expects: Expects,
        merges: bool,
    },
}

impl Frame<'_> {
    fn base(&self) -> Option<usize> {
        match self.kind {
            FrameKind::Mapping { base, .. } => Some(base),
            FrameKind::Sequence { .. } => None,
        }
    }
}

/// What comes next in a mapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expects {
    Key,
    Value,
    /// The value of a `<<` key.
    Merge,
}

/// Writes one document.
#[derive(Debug)]
pub(super) struct Writer<'a> {
    parser: Parser<'a>,
    json: String,
    lines: Lines,
    frames: Vec<Frame<'a>>,
    /// The keys and values of all mappings that are open, the innermost last.
    entries: Vec<Entry>,
    seen: Seen,
    anchors: Anchors<'a>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(text: &'a str, line: usize) -> Self {
        Self {
            parser: Parser::new(text, line),
            // Quotes weigh about as much as the indentation and comments that go.
            json: String::with_capacity(text.len()),
            lines: Lines::default(),
            frames: Vec::new(),
            entries: Vec::new(),
            seen: Seen::default(),
            anchors: Anchors::default(),
        }
    }

    /// Writes the document to its end.
    pub(super) fn write(mut self) -> Result<Document, Fault> {
        loop {
            let event = self.parser.next()?;
            let line = event.line;
            match event.kind {
                EventKind::DocumentEnd => break,
                EventKind::SequenceEnd | EventKind::MappingEnd => self.close()?,
                kind if self.expects() == Some(Expects::Key) => self.key(kind, line)?,
                EventKind::Scalar {
                    text,
                    plain,
                    properties,
                } => self.scalar(&text, plain, &properties, line)?,
                EventKind::Alias(name) => self.alias(name, line)?,
                EventKind::SequenceStart(properties) => self.open(false, &properties, line)?,
                EventKind::MappingStart(properties) => self.open(true, &properties, line)?,
            }
        }
        Ok(Document {
            json: self.json,
            lines: self.lines,
            end: self.parser.position(),
        })
    }

    fn expects(&self) -> Option<Expects> {
        match self.frames.last()?.kind {
            FrameKind::Mapping { expects, .. } => Some(expects),
            FrameKind::Sequence { .. } => None,
        }
    }

    /// A value begins: what must stand before it, and where it is.
    fn begin_value(&mut self, line: usize) {
        match self.frames.last_mut().map(|frame| &mut frame.kind) {
            Some(FrameKind::Sequence { items }) => {
                if *items > 0 {
                    self.json.push(',');
                }
                *items += 1;
                self.lines.mark(self.json.len(), line);
            }
            Some(FrameKind::Mapping { .. }) => {}
            None => self.lines.mark(0, line),
        }
    }

    /// The value that began at `start` is written.
    fn end_value(&mut self, start: usize, is_alias: bool, line: usize) -> Result<(), Fault> {
        let value = start..self.json.len();
        let Some(FrameKind::Mapping { expects, .. }) =
            self.frames.last_mut().map(|frame| &mut frame.kind)
        else {
            return Ok(());
        };
        if let Some(entry) = self.entries.last_mut() {
            entry.value = value.clone();
        }
        if *expects == Expects::Merge && !merge::is_mergeable(&self.json, value, is_alias) {
            return Err(self
                .fault(
                    line,
                    "`<<` must be followed by a mapping or a list of mappings",
                )
                .remedy(
                    "name an anchored mapping, or put `<<` in quotes if it is an ordinary key",
                ));
        }
        *expects = Expects::Key;
        Ok(())
    }

    fn scalar(
        &mut self,
        text: &str,
        plain: bool,
        properties: &Properties<'a>,
        line: usize,
    ) -> Result<(), Fault> {
        let value =
            scalar::resolve(properties.tag.as_deref(), text, plain, line).map_err(|fault| {
                Fault {
                    field: Some(self.path()).filter(|path| !path.is_empty()),
                    ..fault
                }
            })?;
        self.begin_value(line);
        let start = self.json.len();
        if !push_scalar(&mut self.json, value, text) {
            return Err(self.not_json(text, line));
        }
        if let Some(name) = properties.anchor {
            let number = self.anchors.begin(name);
            let key = key_text(value, text).map(Cow::into_owned);
            self.anchors.end(
                name,
                number,
                self.json.get(start..).unwrap_or_default(),
                key,
                line,
            )?;
        }
        self.end_value(start, false, line)
    }

    fn not_json(&self, text: &str, line: usize) -> Fault {
        let reason = format!("`{text}` is a number that Kubernetes cannot hold");
        self.fault(line, reason)
            .remedy("put it in quotes if it is text")
    }

    fn alias(&mut self, name: &str, line: usize) -> Result<(), Fault> {
        let anchored = self.anchors.get(name, line)?;
        if self.frames.len() + anchored.depth > MAX_DEPTH {
            return Err(Fault::too_deep(line));
        }
        self.begin_value(line);
        let start = self.json.len();
        self.json.push_str(&anchored.json);
        self.end_value(start, true, line)
    }

    fn open(
        &mut self,
        mapping: bool,
        properties: &Properties<'a>,
        line: usize,
    ) -> Result<(), Fault> {
        if self.frames.len() >= MAX_DEPTH {
            return Err(Fault::too_deep(line));
        }
        self.begin_value(line);
        let anchor = properties
            .anchor
            .map(|name| (name, self.anchors.begin(name)));
        let start = self.json.len();
        self.json.push(if mapping { '{' } else { '[' });
        let kind = if mapping {
            self.seen.open();
            FrameKind::Mapping {
                base: self.entries.len(),
                expects: Expects::Key,
                merges: false,
            }
        } else {
            FrameKind::Sequence { items: 0 }
        };
        self.frames.push(Frame {
            start,
            line,
            anchor,
            kind,
        });
        Ok(())
    }

    fn close(&mut self) -> Result<(), Fault> {
        let Some(frame) = self.frames.pop() else {
            return Ok(());
        };
        match frame.kind {
            FrameKind::Sequence { .. } => self.json.push(']'),
            FrameKind::Mapping { base, merges, .. } => {
                self.json.push('}');
                self.seen.close();
                if merges {
                    let parts =
                        merge::resolve(&self.json, self.entries.get(base..).unwrap_or_default());
                    self.rewrite(frame.start, frame.line, &parts);
                }
                self.entries.truncate(base);
            }
        }
        if let Some((name, number)) = frame.anchor {
            let json = self.json.get(frame.start..).unwrap_or_default();
            self.anchors.end(name, number, json, None, frame.line)?;
        }
        self.end_value(frame.start, false, frame.line)
    }

    /// Replaces the mapping at `start` by one of the given keys and values.
    fn rewrite(&mut self, start: usize, line: usize, parts: &[(Range<usize>, Range<usize>)]) {
        let lines = self.lines.cut(start);
        let mut json = String::with_capacity(self.json.len() - start);
        self.lines.mark(start, line);
        for (key, value) in parts {
            json.push(if json.is_empty() { '{' } else { ',' });
            for range in [key, value] {
                self.lines
                    .copy(&lines, range.clone(), start + json.len(), line);
                json.push_str(self.json.get(range.clone()).unwrap_or_default());
                if range == key {
                    json.push(':');
                }
            }
        }
        json.push_str(if json.is_empty() { "{}" } else { "}" });
        self.json.truncate(start);
        self.json.push_str(&json);
    }

    /// The path of the value being written, like `spec.containers[0].image`.
    fn path(&self) -> String {
        let mut path = String::new();
        let mut frames = self.frames.iter().peekable();
        while let Some(frame) = frames.next() {
            match frame.kind {
                FrameKind::Sequence { items } => {
                    path.extend(["[", &items.saturating_sub(1).to_string(), "]"]);
                }
                FrameKind::Mapping { base, .. } => {
                    // Its last key stands before the first of the next mapping within it.
                    let end = frames
                        .clone()
                        .find_map(Frame::base)
                        .unwrap_or(self.entries.len());
                    let Some(entry) = self.entries.get(base..end).and_then(<[Entry]>::last) else {
                        continue;
                    };
                    let key = self.json.get(entry.key.clone()).unwrap_or_default();
                    let key = if key.is_empty() {
                        "<<"
                    } else {
                        key.trim_matches('"')
                    };
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(key);
                }
            }
        }
        path
    }

    /// A fault of the value being written.
    fn fault(&self, line: usize, reason: impl Into<Cow<'static, str>>) -> Fault {
        let path = self.path();
        let fault = Fault::new(line, reason);
        if path.is_empty() {
            fault
        } else {
            fault.field(path)
        }
    }
}

/// Writes a scalar that was resolved from `text`. Returns `false` for what JSON cannot hold.
fn push_scalar(json: &mut String, value: Scalar, text: &str) -> bool {
    match value {
        Scalar::Null => json.push_str("null"),
        Scalar::Bool(value) => json.push_str(if value { "true" } else { "false" }),
        Scalar::Int(value) => json.push_str(&value.to_string()),
        Scalar::Large(value) => json.push_str(&value.to_string()),
        Scalar::Float(value) => match scalar::float_json(value) {
            Some(number) => json.push_str(&number),
            None => return false,
        },
        Scalar::Text => compact::push_string(json, text),
    }
    true
}
