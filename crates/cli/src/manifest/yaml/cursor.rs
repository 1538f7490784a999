//! Because every error must name its line, and YAML's structure hangs on columns: walks the text of one document and always
//! knows both.

/// A place in the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    /// 1-based, in the file.
    pub(super) line: usize,
    /// 0-based, in characters.
    pub(super) column: usize,
}

/// Where reading stands in a document. Past the end all bytes read as 0, which no document holds.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    line_start: usize,
    /// Bytes of this line so far that begin no character: what the column must leave out.
    continuations: usize,
}

impl<'a> Cursor<'a> {
    /// Stands before `text`, whose first line is line `line` of its file.
    pub(super) fn new(text: &'a str, line: usize) -> Self {
        Self {
            text,
            at: 0,
            line,
            line_start: 0,
            continuations: 0,
        }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn column(&self) -> usize {
        self.at - self.line_start - self.continuations
    }

    pub(super) fn mark(&self) -> Mark {
        Mark {
            line: self.line,
            column: self.column(),
        }
    }

    /// The bytes not yet read.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// The text between two places that were reached before.
    pub(super) fn slice(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }

    /// The next byte.
    pub(super) fn peek(&self) -> u8 {
        self.peek_at(0)
    }

    /// The byte `ahead` of the next one.
    pub(super) fn peek_at(&self, ahead: usize) -> u8 {
        self.text
            .as_bytes()
            .get(self.at + ahead)
            .copied()
            .unwrap_or(0)
    }

    pub(super) fn at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    /// Steps over `count` ASCII characters of this line.
    pub(super) fn skip(&mut self, count: usize) {
        self.at += count;
    }

    /// Steps over `count` bytes of this line, whatever characters they make up, and returns them.
    pub(super) fn take(&mut self, count: usize) -> &'a str {
        let taken = self.slice(self.at, self.at + count);
        self.continuations += taken.bytes().filter(|byte| byte & 0xC0 == 0x80).count();
        self.at += count;
        taken
    }

    /// Steps over spaces and tabs.
    pub(super) fn skip_blanks(&mut self) {
        while is_blank(self.peek()) {
            self.skip(1);
        }
    }

    /// Steps over what is left of this line, up to its break.
    pub(super) fn skip_to_break(&mut self) {
        let length = self.line_length();
        self.take(length);
    }

    /// How many bytes are left before this line's break.
    pub(super) fn line_length(&self) -> usize {
        let rest = self.rest();
        let mut length = 0;
        while let Some(next) = rest
            .get(length..)
            .and_then(|tail| tail.iter().position(|&byte| may_break(byte)))
        {
            length += next;
            if break_length(rest.get(length..).unwrap_or_default()) > 0 {
                return length;
            }
            length += 1;
        }
        rest.len()
    }

    /// How long the line break is that comes next; 0 when none does.
    pub(super) fn break_length(&self) -> usize {
        break_length(self.rest())
    }

    /// Steps over a line break and returns what YAML makes of it: a newline, or one of Unicode's own two as they stand.
    pub(super) fn take_break(&mut self) -> &'a str {
        let length = self.break_length();
        let taken = self.slice(self.at, self.at + length);
        self.at += length;
        self.line += 1;
        self.line_start = self.at;
        self.continuations = 0;
        if length == 3 { taken } else { "\n" }
    }

    /// Counts an unfinished last line as finished.
    pub(super) fn end_line(&mut self) {
        if self.column() > 0 {
            self.line += 1;
            self.line_start = self.at;
            self.continuations = 0;
        }
    }

    /// Whether the byte `ahead` ends a word: a blank, a line break or the end.
    pub(super) fn ends_word(&self, ahead: usize) -> bool {
        let byte = self.peek_at(ahead);
        byte == 0
            || is_blank(byte)
            || break_length(self.rest().get(ahead..).unwrap_or_default()) > 0
    }

    /// Whether a line break or the end comes next.
    pub(super) fn ends_line(&self) -> bool {
        self.at_end() || self.break_length() > 0
    }

    /// Whether `---` or `...` stands here at the start of a line, which ends a document whatever it stands in.
    pub(super) fn document_indicator(&self) -> bool {
        self.at == self.line_start
            && (self.rest().starts_with(b"---") || self.rest().starts_with(b"..."))
            && self.ends_word(3)
    }
}

pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// Letters, digits, `_` and `-`: what names of anchors and tags are made of.
pub(super) fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// Whether a line break can begin with this byte; other characters can as well.
pub(super) fn may_break(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r' | 0xC2 | 0xE2)
}

/// The length of the line break that `bytes` begin with. YAML 1.1, which kubectl reads, knows three more than most editors.
fn break_length(bytes: &[u8]) -> usize {
    match bytes {
        [b'\r', b'\n', ..] | [0xC2, 0x85, ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        [0xE2, 0x80, 0xA8 | 0xA9, ..] => 3,
        _ => 0,
    }
}
