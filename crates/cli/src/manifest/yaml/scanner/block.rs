//! Because scripts and whole configuration files stand inside manifests: scans literal (`|`) and folded (`>`) scalars.

use super::super::cursor::is_blank;
use super::super::token::Kind;
use super::Scanner;
use crate::manifest::fault::Fault;

/// What becomes of the line breaks at a block scalar's end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomping {
    /// `-`: none is kept.
    Strip,
    /// One is kept.
    Clip,
    /// `+`: all are kept.
    Keep,
}

impl Scanner<'_> {
    pub(super) fn block_scalar(&mut self, literal: bool) -> Result<(), Fault> {
        self.drop_candidate()?;
        self.key_allowed = true;
        let mark = self.cursor.mark();
        self.cursor.skip(1);
        let (chomping, increment) = self.block_header()?;
        // 0 until the first line with text shows the indentation.
        let mut indent = increment.map_or(0, |by| usize::try_from(self.indent).unwrap_or(0) + by);
        let mut text = String::new();
        let mut pending = "";
        let mut breaks = String::new();
        let mut line_was_indented = false;
        self.block_breaks(&mut indent, &mut breaks)?;
        while self.cursor.column() == indent && !self.cursor.at_end() {
            // Lines that are indented further than the rest are never folded, nor is the break before or after them.
            let line_is_indented = is_blank(self.cursor.peek());
            if !literal && !line_was_indented && !line_is_indented && pending == "\n" {
                if breaks.is_empty() {
                    text.push(' ');
                }
            } else {
                text.push_str(pending);
            }
            text.push_str(&breaks);
            breaks.clear();
            line_was_indented = line_is_indented;
            let length = self.cursor.line_length();
            text.push_str(self.cursor.take(length));
            pending = if self.cursor.at_end() {
                ""
            } else {
                self.cursor.take_break()
            };
            self.block_breaks(&mut indent, &mut breaks)?;
        }
        if chomping != Chomping::Strip {
            text.push_str(pending);
        }
        if chomping == Chomping::Keep {
            text.push_str(&breaks);
        }
        self.push(
            Kind::Scalar {
                text: text.into(),
                plain: false,
            },
            mark,
        );
        Ok(())
    }

    /// Reads what stands behind `|` or `>`: how to end, how far to indent, in either order.
    fn block_header(&mut self) -> Result<(Chomping, Option<usize>), Fault> {
        let mut chomping = self.chomping();
        let mut increment = None;
        let digit = self.cursor.peek();
        if digit.is_ascii_digit() {
            if digit == b'0' {
                let line = self.cursor.mark().line;
                return Err(Fault::new(line, "a block scalar cannot be indented by 0")
                    .remedy("write a digit from 1 to 9"));
            }
            increment = Some(usize::from(digit - b'0'));
            self.cursor.skip(1);
            chomping = chomping.or_else(|| self.chomping());
        }
        self.cursor.skip_blanks();
        if self.cursor.peek() == b'#' {
            self.cursor.skip_to_break();
        }
        if !self.cursor.ends_line() {
            let line = self.cursor.mark().line;
            return Err(Fault::new(line, "text follows `|` or `>` on the same line")
                .remedy("begin it on the next line"));
        }
        if !self.cursor.at_end() {
            self.cursor.take_break();
        }
        Ok((chomping.unwrap_or(Chomping::Clip), increment))
    }

    fn chomping(&mut self) -> Option<Chomping> {
        let chomping = match self.cursor.peek() {
            b'+' => Chomping::Keep,
            b'-' => Chomping::Strip,
            _ => return None,
        };
        self.cursor.skip(1);
        Some(chomping)
    }

    /// Steps over indentation and empty lines, and finds out the indentation if it is not known yet.
    fn block_breaks(&mut self, indent: &mut usize, breaks: &mut String) -> Result<(), Fault> {
        let mut furthest = 0;
        loop {
            while (*indent == 0 || self.cursor.column() < *indent) && self.cursor.peek() == b' ' {
                self.cursor.skip(1);
            }
            furthest = furthest.max(self.cursor.column());
            if (*indent == 0 || self.cursor.column() < *indent) && self.cursor.peek() == b'\t' {
                return Err(Fault::tab(self.cursor.mark().line));
            }
            if self.cursor.break_length() == 0 {
                break;
            }
            breaks.push_str(self.cursor.take_break());
        }
        if *indent == 0 {
            let least = usize::try_from(self.indent + 1).unwrap_or(0).max(1);
            *indent = furthest.max(least);
        }
        Ok(())
    }
}
