//! Because 100 MB of JSON must not become a tree: checks JSON text where it stands and notes only what tells Kubernetes
//! objects and lists of them apart.

use std::borrow::Cow;
use std::ops::Range;

use super::MAX_DEPTH;
use super::fault::Fault;
use super::seen::Seen;

/// A value that may be a Kubernetes object, where it stands and what it says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    /// Its bytes in the text.
    pub(super) span: Range<usize>,
    /// 1-based, in the file.
    pub(super) line: usize,
    /// `None` for anything but a mapping.
    pub(super) object: Option<Object>,
}

/// What a mapping says about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Object {
    /// Where the value of `apiVersion` stands.
    pub(super) api_version: Option<Range<usize>>,
    /// Where the value of `kind` stands.
    pub(super) kind: Option<Range<usize>>,
    pub(super) items: Items,
}

/// The value of a mapping's `items`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Items {
    #[default]
    Absent,
    /// A list; `null` is an empty one.
    List(Vec<Node>),
    /// Something that is no list.
    Other,
}

/// Reads JSON values one after the other.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    seen: Seen,
}

impl<'a> Reader<'a> {
    /// Stands before `text`, whose first line is line `line` of its file.
    pub(super) fn new(text: &'a str, line: usize) -> Self {
        Self {
            text,
            at: 0,
            line,
            seen: Seen::default(),
        }
    }

    /// The next value, `None` at the end of the text. After a fault nothing further can be read.
    pub(super) fn next(&mut self) -> Option<Result<Node, Fault>> {
        self.skip_space();
        self.peek()?;
        Some(self.node(0))
    }

    /// Where reading stands: the place in the text and its line.
    pub(super) fn position(&self) -> (usize, usize) {
        (self.at, self.line)
    }

    /// Whether an object comes next.
    pub(super) fn at_object(&mut self) -> bool {
        self.skip_space();
        self.peek() == Some(b'{')
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        for &byte in rest {
            match byte {
                b'\n' => self.line += 1,
                b' ' | b'\t' | b'\r' => {}
                _ => break,
            }
            self.at += 1;
        }
    }

    /// A value in a place where an object may stand.
    fn node(&mut self, depth: usize) -> Result<Node, Fault> {
        let (start, line) = (self.at, self.line);
        let object = if self.peek() == Some(b'{') {
            Some(self.object(depth, true)?)
        } else {
            self.value(depth)?;
            None
        };
        Ok(Node {
            span: start..self.at,
            line,
            object,
        })
    }

    fn value(&mut self, depth: usize) -> Result<(), Fault> {
        match self.peek() {
            Some(b'{') => self.object(depth, false).map(drop),
            Some(b'[') => self.array(depth, Self::value),
            Some(b'"') => self.string().map(drop),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            _ => Err(self.unexpected("a value")),
        }
    }

    /// An object. Only one that may be a Kubernetes object is looked at closely.
    fn object(&mut self, depth: usize, closely: bool) -> Result<Object, Fault> {
        let mut object = Object::default();
        self.seen.open();
        self.collection(depth, b'}', |reader, depth| {
            let key = reader.key()?;
            let start = reader.at;
            let read = match &*key {
                "items" if closely => reader.items(depth).map(|items| object.items = items),
                _ => reader.value(depth),
            };
            match &*key {
                "apiVersion" => object.api_version = Some(start..reader.at),
                "kind" => object.kind = Some(start..reader.at),
                _ => {}
            }
            read.map_err(|fault| fault.within(&key))
        })?;
        self.seen.close();
        Ok(object)
    }

    fn items(&mut self, depth: usize) -> Result<Items, Fault> {
        match self.peek() {
            Some(b'[') => {
                let mut items = Vec::new();
                self.array(depth, |reader, depth| {
                    items.push(reader.node(depth)?);
                    Ok(())
                })?;
                Ok(Items::List(items))
            }
            Some(b'n') => self.word("null").map(|()| Items::List(Vec::new())),
            _ => self.value(depth).map(|()| Items::Other),
        }
    }

    fn array(
        &mut self,
        depth: usize,
        mut item: impl FnMut(&mut Self, usize) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let mut index = 0usize;
        self.collection(depth, b']', |reader, depth| {
            item(reader, depth).map_err(|fault| fault.within(&format!("[{index}]")))?;
            index += 1;
            Ok(())
        })
    }

    /// What stands between brackets and is divided by commas.
    fn collection(
        &mut self,
        depth: usize,
        end: u8,
        mut part: impl FnMut(&mut Self, usize) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        if depth >= MAX_DEPTH {
            return Err(Fault::too_deep(self.line));
        }
        self.at += 1;
        self.skip_space();
        if self.peek() == Some(end) {
            self.at += 1;
            return Ok(());
        }
        loop {
            part(self, depth + 1)?;
            self.skip_space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(byte) if byte == end => {
                    self.at += 1;
                    return Ok(());
                }
                _ => {
                    return Err(self.unexpected(if end == b'}' {
                        "`,` or `}`"
                    } else {
                        "`,` or `]`"
                    }));
                }
            }
            self.skip_space();
        }
    }

    /// A key and the colon behind it.
    fn key(&mut self) -> Result<Cow<'a, str>, Fault> {
        if self.peek() != Some(b'"') {
            return Err(self.unexpected("a key in double quotes"));
        }
        let line = self.line;
        let raw = self.string()?;
        let unescaped = if raw.contains('\\') {
            serde_json::from_str(raw).ok()
        } else {
            None
        };
        let bare = raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default();
        let key = unescaped.map_or(Cow::Borrowed(bare), Cow::Owned);
        if let Some(first) = self.seen.add(&key, line) {
            return Err(Fault::duplicate(line, &key, first).within(&key));
        }
        self.skip_space();
        if self.peek() != Some(b':') {
            return Err(self.unexpected("`:`"));
        }
        self.at += 1;
        self.skip_space();
        Ok(key)
    }

    /// A string; returned with its quotes.
    fn string(&mut self) -> Result<&'a str, Fault> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut at = start + 1;
        loop {
            let rest = bytes.get(at..).unwrap_or_default();
            at += rest
                .iter()
                .position(|&byte| byte < b' ' || matches!(byte, b'"' | b'\\'))
                .unwrap_or(rest.len());
            match bytes.get(at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    let length = escape_length(bytes.get(at + 1..).unwrap_or_default());
                    at += length.ok_or_else(|| {
                        Fault::new(
                            self.line,
                            "a backslash stands before a character that it cannot escape",
                        )
                        .remedy("double the backslash")
                    })?;
                }
                Some(b'\n') | None => {
                    return Err(Fault::new(
                        self.line,
                        "the quote opened on this line is never closed",
                    )
                    .remedy("close it"));
                }
                Some(byte) => {
                    let reason = format!("the control character U+{byte:04X} stands in a string");
                    return Err(
                        Fault::new(self.line, reason).remedy("write it as an escape, like `\\t`")
                    );
                }
            }
        }
        self.at = at + 1;
        Ok(self.text.get(start..self.at).unwrap_or_default())
    }

    fn number(&mut self) -> Result<(), Fault> {
        let start = self.at;
        let rest = self.text.as_bytes().get(start..).unwrap_or_default();
        let length = rest
            .iter()
            .take_while(|b| matches!(b, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'))
            .count();
        if !is_number(rest.get(..length).unwrap_or_default()) {
            return Err(self.unexpected("a number"));
        }
        self.at += length;
        Ok(())
    }

    fn word(&mut self, word: &'static str) -> Result<(), Fault> {
        if !self
            .text
            .as_bytes()
            .get(self.at..)
            .unwrap_or_default()
            .starts_with(word.as_bytes())
        {
            return Err(self.unexpected("a value"));
        }
        self.at += word.len();
        Ok(())
    }

    fn unexpected(&self, expected: &str) -> Fault {
        let found = match self
            .text
            .get(self.at..)
            .and_then(|rest| rest.chars().next())
        {
            Some(found) => format!("`{found}` stands where {expected} must stand"),
            None => format!("the text ends where {expected} must stand"),
        };
        Fault::new(self.line, found).remedy("mend the JSON here")
    }
}

/// How far an escape reaches, its backslash included, if `after` the backslash stands one.
fn escape_length(after: &[u8]) -> Option<usize> {
    match after {
        [b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => Some(2),
        [b'u', a, b, c, d, ..] => [a, b, c, d]
            .iter()
            .all(|byte| byte.is_ascii_hexdigit())
            .then_some(6),
        _ => None,
    }
}

/// JSON's grammar of numbers.
fn is_number(bytes: &[u8]) -> bool {
    fn digits(bytes: &[u8]) -> (usize, &[u8]) {
        let count = bytes
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        (count, bytes.get(count..).unwrap_or_default())
    }
    let bytes = bytes.strip_prefix(b"-").unwrap_or(bytes);
    let (count, mut rest) = digits(bytes);
    if count == 0 || count > 1 && bytes.first() == Some(&b'0') {
        return false;
    }
    if let Some(fraction) = rest.strip_prefix(b".") {
        let (count, after) = digits(fraction);
        if count == 0 {
            return false;
        }
        rest = after;
    }
    let Some(exponent) = rest.strip_prefix(b"e").or_else(|| rest.strip_prefix(b"E")) else {
        return rest.is_empty();
    };
    let (count, rest) = digits(
        exponent
            .strip_prefix(b"+")
            .or_else(|| exponent.strip_prefix(b"-"))
            .unwrap_or(exponent),
    );
    count > 0 && rest.is_empty()
}
