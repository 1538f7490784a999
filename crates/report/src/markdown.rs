//! Shows Markdown on a terminal: as much of it as the project's own texts use.

// Writing to a String cannot fail.
use std::fmt::Write as _;

use crate::style::{Paint, Style};
use crate::wrap::{Word, wrap};

/// Renders Markdown for a terminal.
#[must_use]
pub fn markdown(text: &str, style: &Style) -> String {
    let mut out = String::new();
    let mut block = Block::default();
    let mut fenced = false;
    for line in text.lines() {
        if line.starts_with("```") {
            block.flush(&mut out, style);
            fenced = !fenced;
            if fenced {
                let kind = line.trim_start_matches('`').replace(',', ", ");
                let _ = writeln!(out, "  {}", style.paint(Paint::Faint, &format!("[{kind}]")));
            }
        } else if fenced {
            let _ = writeln!(out, "    {}", style.paint(Paint::Code, line));
        } else if line.starts_with('#') {
            block.flush(&mut out, style);
            let title = line.trim_start_matches('#').trim();
            out.push_str(&style.paint(Paint::Heading, title));
            out.push('\n');
        } else if line.trim().is_empty() {
            block.flush(&mut out, style);
            out.push('\n');
        } else {
            if line.starts_with("- ") {
                block.flush(&mut out, style);
            }
            block.add(line);
        }
    }
    block.flush(&mut out, style);
    out
}

/// Lines of a paragraph or list item, gathered until it ends.
#[derive(Default)]
struct Block {
    text: String,
}

impl Block {
    fn add(&mut self, line: &str) {
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        self.text.push_str(line.trim());
    }

    fn flush(&mut self, out: &mut String, style: &Style) {
        let text = std::mem::take(&mut self.text);
        if text.is_empty() {
            return;
        }
        match text.strip_prefix("- ") {
            Some(item) => wrap(out, spans(item, style), style.width, "- ", "  "),
            None => wrap(out, spans(&text, style), style.width, "", ""),
        }
    }
}

/// Words, those in backticks painted. Without colours the backticks stay, since they say something.
fn spans(text: &str, style: &Style) -> impl Iterator<Item = Word> {
    let mut in_code = false;
    let mut words = Vec::new();
    for word in text.split_whitespace() {
        let mut shown = Word {
            text: String::new(),
            columns: 0,
        };
        for (at, piece) in word.split('`').enumerate() {
            if at > 0 {
                in_code = !in_code;
                if !style.colour {
                    shown.text.push('`');
                    shown.columns += 1;
                }
            }
            if in_code {
                shown.text.push_str(&style.paint(Paint::Code, piece));
            } else {
                shown.text.push_str(piece);
            }
            shown.columns += piece.chars().count();
        }
        words.push(shown);
    }
    words.into_iter()
}
