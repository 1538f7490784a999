//! Because most of a manifest is plain and quoted words: scans these into text, borrowed from the document wherever the
//! text stands there as it is.

use std::borrow::Cow;

use super::super::cursor::{is_blank, may_break};
use super::super::token::Kind;
use super::Scanner;
use crate::manifest::fault::Fault;

/// A scalar as it grows: a slice of the document as long as it is one, text of its own afterwards.
#[derive(Default)]
struct Growing<'a> {
    slice: &'a str,
    owned: Option<String>,
}

impl<'a> Growing<'a> {
    /// Adds `text`, which is `whole` together with everything so far unless something else was added before.
    fn extend(&mut self, text: &'a str, whole: &'a str) {
        match &mut self.owned {
            Some(owned) => owned.push_str(text),
            None => self.slice = whole,
        }
    }

    fn add(&mut self, text: &str) {
        self.own().push_str(text);
    }

    fn own(&mut self) -> &mut String {
        self.owned.get_or_insert_with(|| self.slice.to_owned())
    }

    fn finish(self) -> Cow<'a, str> {
        self.owned.map_or(Cow::Borrowed(self.slice), Cow::Owned)
    }
}

/// The line breaks and blanks between two words of a scalar.
#[derive(Default)]
struct Gap<'a> {
    /// The first line break, if there is one.
    first: Option<&'a str>,
    /// All further line breaks.
    more: String,
}

impl Gap<'_> {
    /// What the gap comes to in the scalar: a single line break folds into a space.
    fn fold_into(&self, text: &mut String) {
        match self.first {
            Some("\n") if self.more.is_empty() => text.push(' '),
            Some("\n") | None => text.push_str(&self.more),
            Some(first) => {
                text.push_str(first);
                text.push_str(&self.more);
            }
        }
    }
}

impl<'a> Scanner<'a> {
    /// A word, or several over several lines, without quotes.
    pub(super) fn plain_scalar(&mut self) -> Result<(), Fault> {
        self.save_candidate()?;
        self.key_allowed = false;
        let mark = self.cursor.mark();
        let start = self.cursor.at();
        let least = self.indent + 1;
        let mut text = Growing::default();
        let mut gap = Gap::default();
        let mut blanks = "";
        loop {
            if self.cursor.document_indicator() || self.cursor.peek() == b'#' {
                break;
            }
            let length = self.plain_length();
            if length > 0 {
                if gap.first.is_some() {
                    gap.fold_into(text.own());
                    gap = Gap::default();
                    blanks = "";
                }
                let from = self.cursor.at();
                let word = self.cursor.take(length);
                let whole = self.cursor.slice(start, from + length);
                if text.owned.is_some() {
                    text.add(blanks);
                }
                text.extend(word, whole);
            }
            if !is_blank(self.cursor.peek()) && self.cursor.break_length() == 0 {
                break;
            }
            blanks = self.gap(&mut gap, Some(least))?;
            if !self.in_flow()
                && isize::try_from(self.cursor.column()).unwrap_or(isize::MAX) < least
            {
                break;
            }
        }
        if gap.first.is_some() {
            self.key_allowed = true;
        }
        self.push(
            Kind::Scalar {
                text: text.finish(),
                plain: true,
            },
            mark,
        );
        Ok(())
    }

    /// How many bytes of a plain scalar come next without a blank.
    fn plain_length(&self) -> usize {
        let flow = self.in_flow();
        let rest = self.cursor.rest();
        let mut length = 0;
        while let Some(&byte) = rest.get(length) {
            let ends = match byte {
                b' ' | b'\t' => true,
                b':' => self.cursor.ends_word(length + 1),
                b',' | b'?' | b'[' | b']' | b'{' | b'}' => flow,
                _ => may_break(byte) && self.cursor.ends_word(length),
            };
            if ends {
                break;
            }
            length += 1;
        }
        length
    }

    /// Steps over blanks and line breaks and notes the latter. Returns the blanks if they were all there was.
    fn gap(&mut self, gap: &mut Gap<'a>, least: Option<isize>) -> Result<&'a str, Fault> {
        let start = self.cursor.at();
        loop {
            let byte = self.cursor.peek();
            if is_blank(byte) {
                let column = isize::try_from(self.cursor.column()).unwrap_or(isize::MAX);
                if byte == b'\t' && gap.first.is_some() && least.is_some_and(|least| column < least)
                {
                    return Err(Fault::tab(self.cursor.mark().line));
                }
                self.cursor.skip(1);
            } else if self.cursor.break_length() > 0 {
                let taken = self.cursor.take_break();
                match gap.first {
                    None => gap.first = Some(taken),
                    Some(_) => gap.more.push_str(taken),
                }
            } else {
                return Ok(if gap.first.is_none() {
                    self.cursor.slice(start, self.cursor.at())
                } else {
                    ""
                });
            }
        }
    }

    /// Text in single or double quotes.
    pub(super) fn quoted_scalar(&mut self, single: bool) -> Result<(), Fault> {
        self.save_candidate()?;
        self.key_allowed = false;
        let mark = self.cursor.mark();
        let quote = if single { b'\'' } else { b'"' };
        self.cursor.skip(1);
        let start = self.cursor.at();
        let mut text = Growing::default();
        loop {
            if self.cursor.document_indicator() || self.cursor.at_end() {
                return Err(
                    Fault::new(mark.line, "the quote opened here is never closed")
                        .remedy("close it"),
                );
            }
            let mut gap = Gap::default();
            let escaped_break = self.quoted_words(single, start, &mut text)?;
            if escaped_break {
                // The break itself comes to nothing, those that follow count.
                gap.first = Some("");
            } else if self.cursor.peek() == quote {
                break;
            }
            let blanks = self.gap(&mut gap, None)?;
            if gap.first.is_some() {
                gap.fold_into(text.own());
            } else {
                let whole = self.cursor.slice(start, self.cursor.at());
                text.extend(blanks, whole);
            }
        }
        self.cursor.skip(1);
        self.push(
            Kind::Scalar {
                text: text.finish(),
                plain: false,
            },
            mark,
        );
        Ok(())
    }

    /// Reads up to a blank, a line break or the closing quote. Returns whether an escaped line break ended it.
    fn quoted_words(
        &mut self,
        single: bool,
        start: usize,
        text: &mut Growing<'a>,
    ) -> Result<bool, Fault> {
        loop {
            let length = self.quoted_length(single);
            if length > 0 {
                let word = self.cursor.take(length);
                let whole = self.cursor.slice(start, self.cursor.at());
                text.extend(word, whole);
            }
            match self.cursor.peek() {
                b'\'' if single && self.cursor.peek_at(1) == b'\'' => {
                    text.add("'");
                    self.cursor.skip(2);
                }
                b'\\' if !single => {
                    self.cursor.skip(1);
                    if self.cursor.break_length() > 0 {
                        self.cursor.take_break();
                        text.own();
                        return Ok(true);
                    }
                    let character = self.escape()?;
                    text.own().push(character);
                }
                _ => return Ok(false),
            }
        }
    }

    /// How many bytes of a quoted scalar come next that stand for themselves and hold no blank.
    fn quoted_length(&self, single: bool) -> usize {
        let rest = self.cursor.rest();
        let mut length = 0;
        while let Some(&byte) = rest.get(length) {
            let ends = match byte {
                b' ' | b'\t' => true,
                b'\'' => single,
                b'"' | b'\\' => !single,
                _ => may_break(byte) && self.cursor.ends_word(length),
            };
            if ends {
                break;
            }
            length += 1;
        }
        length
    }

    /// Reads what follows a backslash.
    fn escape(&mut self) -> Result<char, Fault> {
        let byte = self.cursor.peek();
        let character = match byte {
            b'0' => '\0',
            b'a' => '\x07',
            b'b' => '\x08',
            b't' | b'\t' => '\t',
            b'n' => '\n',
            b'v' => '\x0B',
            b'f' => '\x0C',
            b'r' => '\r',
            b'e' => '\x1B',
            b' ' | b'"' | b'\'' | b'\\' => char::from(byte),
            b'N' => '\u{85}',
            b'_' => '\u{A0}',
            b'L' => '\u{2028}',
            b'P' => '\u{2029}',
            b'x' => return self.code_point(2),
            b'u' => return self.code_point(4),
            b'U' => return self.code_point(8),
            _ => {
                return Err(
                    self.bad_escape("a backslash stands before a character that it cannot escape")
                );
            }
        };
        self.cursor.skip(1);
        Ok(character)
    }

    /// Reads the letter of an escape and the hexadecimal digits that follow it.
    fn code_point(&mut self, digits: usize) -> Result<char, Fault> {
        self.cursor.skip(1);
        let number = self
            .cursor
            .rest()
            .get(..digits)
            .filter(|hex| hex.iter().all(u8::is_ascii_hexdigit));
        let number = number
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u32::from_str_radix(hex, 16).ok());
        let character = number.and_then(char::from_u32);
        let character = character
            .ok_or_else(|| self.bad_escape("an escaped character's number is no character"))?;
        self.cursor.skip(digits);
        Ok(character)
    }

    fn bad_escape(&self, reason: &'static str) -> Fault {
        Fault::new(self.cursor.mark().line, reason)
            .remedy("double the backslash, or use single quotes")
    }
}
