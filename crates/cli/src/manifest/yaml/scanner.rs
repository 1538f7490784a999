//! Because what kubectl sees is the truth here: turns YAML text into tokens with the rules, quirks and limits of libyaml's
//! scanner, which the reader inside kubectl is a translation of.
//!
//! Readers written to YAML 1.2 take `{?privileged: true}` or a line separator inside a comment for something else than
//! kubectl does, and so would judge another object than the one the cluster gets.

mod block;
mod names;
mod words;

use std::collections::VecDeque;

use super::cursor::{Cursor, Mark};
use super::token::{Kind, Token};
use crate::manifest::fault::Fault;

/// A key without `? ` must be followed by its `:` within so many characters, on the same line.
const KEY_LENGTH: usize = 1024;

/// A token that turns out to be a key when a `:` follows it.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    /// Where the indentation says that nothing but a key can stand.
    required: bool,
    /// The token's number since the beginning of the document.
    token: usize,
    mark: Mark,
}

/// Turns the text of one document into tokens.
#[derive(Debug)]
pub(super) struct Scanner<'a> {
    cursor: Cursor<'a>,
    queue: VecDeque<Token<'a>>,
    /// How many tokens have left the queue.
    taken: usize,
    /// Whether the head of the queue is settled: nothing that follows can turn it into a key.
    settled: bool,
    /// The column of the innermost block collection, -1 outside of any.
    indent: isize,
    outer_indents: Vec<isize>,
    /// Whether a key may begin here without `? `.
    key_allowed: bool,
    /// One for the block context and one for each `[` and `{` that is open.
    candidates: Vec<Option<Candidate>>,
}

impl<'a> Scanner<'a> {
    /// Stands before `text`, whose first line is line `line` of its file.
    pub(super) fn new(text: &'a str, line: usize) -> Self {
        Self {
            cursor: Cursor::new(text, line),
            queue: VecDeque::new(),
            taken: 0,
            settled: false,
            indent: -1,
            outer_indents: Vec::new(),
            key_allowed: true,
            candidates: vec![None],
        }
    }

    /// Whether reading stands within `[ ]` or `{ }`.
    fn in_flow(&self) -> bool {
        self.candidates.len() > 1
    }

    /// The next token, left where it is.
    pub(super) fn peek(&mut self) -> Result<&Token<'a>, Fault> {
        if !self.settled {
            while self.queue.is_empty() || self.head_may_be_key()? {
                self.scan_token()?;
            }
            self.settled = true;
        }
        self.queue
            .front()
            .ok_or_else(|| Fault::new(self.cursor.mark().line, "the document ends in the middle"))
    }

    /// Takes the next token.
    pub(super) fn next(&mut self) -> Result<Token<'a>, Fault> {
        self.peek()?;
        self.settled = false;
        self.taken += 1;
        let token = self.queue.pop_front();
        token.ok_or_else(|| Fault::new(self.cursor.mark().line, "the document ends in the middle"))
    }

    /// Whether the head of the queue waits for a `:` that would make it a key. Candidates stand in the order of their tokens.
    fn head_may_be_key(&mut self) -> Result<bool, Fault> {
        let place = self
            .candidates
            .iter()
            .rposition(|c| c.is_some_and(|c| c.token <= self.taken));
        match place.and_then(|place| {
            self.candidates
                .get(place)
                .copied()
                .flatten()
                .map(|c| (place, c))
        }) {
            Some((place, candidate)) if candidate.token == self.taken => {
                let valid = self.still_valid(candidate)?;
                if !valid && let Some(slot) = self.candidates.get_mut(place) {
                    *slot = None;
                }
                Ok(valid)
            }
            _ => Ok(false),
        }
    }

    fn still_valid(&self, candidate: Candidate) -> Result<bool, Fault> {
        let here = self.cursor.mark();
        let valid =
            candidate.mark.line == here.line && here.column <= candidate.mark.column + KEY_LENGTH;
        if !valid && candidate.required {
            return Err(Fault::no_colon(candidate.mark.line));
        }
        Ok(valid)
    }

    /// Where reading stands in the text.
    pub(super) fn position(&self) -> usize {
        self.cursor.at()
    }

    /// Remembers the token about to be scanned as a possible key.
    fn save_candidate(&mut self) -> Result<(), Fault> {
        if !self.key_allowed {
            return Ok(());
        }
        let mark = self.cursor.mark();
        let required = !self.in_flow() && self.indent == column(mark);
        let token = self.taken + self.queue.len();
        self.drop_candidate()?;
        if let Some(slot) = self.candidates.last_mut() {
            *slot = Some(Candidate {
                required,
                token,
                mark,
            });
        }
        Ok(())
    }

    /// Forgets the possible key of this level: something came that cannot follow one.
    fn drop_candidate(&mut self) -> Result<(), Fault> {
        match self.candidates.last_mut().and_then(Option::take) {
            Some(candidate) if candidate.required => Err(Fault::no_colon(candidate.mark.line)),
            _ => Ok(()),
        }
    }

    fn push(&mut self, kind: Kind<'a>, mark: Mark) {
        self.queue.push_back(Token { kind, mark });
    }

    fn insert(&mut self, token: usize, kind: Kind<'a>, mark: Mark) {
        let place = token.saturating_sub(self.taken).min(self.queue.len());
        self.queue.insert(place, Token { kind, mark });
    }

    /// Opens a block collection if `mark` stands further right than the one it is in. `token` is the first within it.
    fn deepen(&mut self, token: usize, kind: Kind<'a>, mark: Mark) {
        if !self.in_flow() && self.indent < column(mark) {
            self.outer_indents.push(self.indent);
            self.indent = column(mark);
            self.insert(token, kind, mark);
        }
    }

    /// Closes the block collections that stand further right than `column`.
    fn close_blocks(&mut self, column: isize) {
        if self.in_flow() {
            return;
        }
        let mark = self.cursor.mark();
        while self.indent > column {
            self.push(Kind::BlockEnd, mark);
            self.indent = self.outer_indents.pop().unwrap_or(-1);
        }
    }

    fn scan_token(&mut self) -> Result<(), Fault> {
        self.skip_to_token();
        let mark = self.cursor.mark();
        self.close_blocks(column(mark));
        if self.cursor.at_end() {
            return self.boundary(Kind::StreamEnd, 0);
        }
        if self.cursor.document_indicator() {
            let kind = if self.cursor.peek() == b'-' {
                Kind::DocumentStart
            } else {
                Kind::DocumentEnd
            };
            return self.boundary(kind, 3);
        }
        let spaced = self.cursor.ends_word(1);
        let flow = self.in_flow();
        match self.cursor.peek() {
            b'%' if mark.column == 0 => Err(Fault::misplaced_directive(mark.line)),
            b'[' => self.open_flow(Kind::FlowSequenceStart),
            b'{' => self.open_flow(Kind::FlowMappingStart),
            b']' => self.close_flow(Kind::FlowSequenceEnd),
            b'}' => self.close_flow(Kind::FlowMappingEnd),
            b',' => self.indicator(Kind::FlowEntry, true),
            b'-' if spaced => self.block_entry(),
            b'?' if flow || spaced => self.explicit_key(),
            b':' if flow || spaced => self.value(),
            b'*' => self.alias(),
            b'&' => self.anchor(),
            b'!' => self.tag(),
            b'|' if !flow => self.block_scalar(true),
            b'>' if !flow => self.block_scalar(false),
            b'\'' => self.quoted_scalar(true),
            b'"' => self.quoted_scalar(false),
            b'\t' | b'|' | b'>' | b'%' | b'@' | b'`' => Err(self.no_token()),
            _ => self.plain_scalar(),
        }
    }

    /// Steps over blanks, comments and line breaks. A tab may stand wherever it cannot be taken for indentation.
    fn skip_to_token(&mut self) {
        loop {
            while self.cursor.peek() == b' '
                || (self.cursor.peek() == b'\t' && (self.in_flow() || !self.key_allowed))
            {
                self.cursor.skip(1);
            }
            if self.cursor.peek() == b'#' {
                self.cursor.skip_to_break();
            }
            if self.cursor.break_length() == 0 {
                return;
            }
            self.cursor.take_break();
            if !self.in_flow() {
                self.key_allowed = true;
            }
        }
    }

    /// The end of the document, or the mark that divides it from another; ends all block collections.
    fn boundary(&mut self, kind: Kind<'a>, length: usize) -> Result<(), Fault> {
        self.close_blocks(-1);
        self.drop_candidate()?;
        self.key_allowed = false;
        let mark = self.cursor.mark();
        self.cursor.skip(length);
        if kind == Kind::StreamEnd {
            // What could have become a key on this line cannot any more.
            self.cursor.end_line();
        }
        self.push(kind, mark);
        Ok(())
    }

    fn open_flow(&mut self, kind: Kind<'a>) -> Result<(), Fault> {
        self.save_candidate()?;
        self.candidates.push(None);
        self.key_allowed = true;
        let mark = self.cursor.mark();
        self.cursor.skip(1);
        self.push(kind, mark);
        Ok(())
    }

    fn close_flow(&mut self, kind: Kind<'a>) -> Result<(), Fault> {
        self.drop_candidate()?;
        // What stays behind on the outer level is the bracket's own chance to be a key.
        if self.in_flow() {
            self.candidates.pop();
        }
        self.key_allowed = false;
        let mark = self.cursor.mark();
        self.cursor.skip(1);
        self.push(kind, mark);
        Ok(())
    }

    /// A character that stands for itself; `key_follows` says whether a key may begin behind it.
    fn indicator(&mut self, kind: Kind<'a>, key_follows: bool) -> Result<(), Fault> {
        self.drop_candidate()?;
        self.key_allowed = key_follows;
        let mark = self.cursor.mark();
        self.cursor.skip(1);
        self.push(kind, mark);
        Ok(())
    }

    fn block_entry(&mut self) -> Result<(), Fault> {
        let mark = self.cursor.mark();
        if !self.in_flow() {
            if !self.key_allowed {
                return Err(Fault::misplaced_entry(mark.line));
            }
            self.deepen(
                self.taken + self.queue.len(),
                Kind::BlockSequenceStart,
                mark,
            );
        }
        self.indicator(Kind::BlockEntry, true)
    }

    fn explicit_key(&mut self) -> Result<(), Fault> {
        let mark = self.cursor.mark();
        if !self.in_flow() {
            if !self.key_allowed {
                return Err(Fault::misplaced_value(mark.line));
            }
            self.deepen(self.taken + self.queue.len(), Kind::BlockMappingStart, mark);
        }
        let key_follows = !self.in_flow();
        self.indicator(Kind::Key, key_follows)
    }

    fn value(&mut self) -> Result<(), Fault> {
        let mark = self.cursor.mark();
        match self.candidates.last_mut().and_then(Option::take) {
            Some(key) if self.still_valid(key)? => {
                self.insert(key.token, Kind::Key, key.mark);
                self.deepen(key.token, Kind::BlockMappingStart, key.mark);
                self.key_allowed = false;
            }
            _ => {
                if !self.in_flow() {
                    if !self.key_allowed {
                        return Err(Fault::misplaced_value(mark.line));
                    }
                    self.deepen(self.taken + self.queue.len(), Kind::BlockMappingStart, mark);
                }
                self.key_allowed = !self.in_flow();
            }
        }
        self.cursor.skip(1);
        self.push(Kind::Value, mark);
        Ok(())
    }

    fn no_token(&self) -> Fault {
        let line = self.cursor.mark().line;
        match self.cursor.peek() {
            b'\t' => Fault::tab(line),
            byte => Fault::new(line, format!("`{}` cannot begin a value", char::from(byte)))
                .remedy("put the value in quotes"),
        }
    }
}

fn column(mark: Mark) -> isize {
    isize::try_from(mark.column).unwrap_or(isize::MAX)
}
