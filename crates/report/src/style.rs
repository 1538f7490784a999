//! How text looks on a terminal, and what may reach one at all.

use std::borrow::Cow;
use std::fmt::Write as _;

/// What the output can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    /// Whether colours may be used.
    pub colour: bool,
    /// Columns to wrap lines at; without, lines are as long as they are, for whoever searches them.
    pub width: Option<usize>,
}

/// What a piece of text is to look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paint {
    Heading,
    Bad,
    Doubtful,
    Good,
    Faint,
    Code,
}

impl Style {
    /// The text, painted if colours may be used.
    pub(crate) fn paint(&self, paint: Paint, text: &str) -> String {
        let code = match paint {
            Paint::Heading => "1",
            Paint::Bad => "1;31",
            Paint::Doubtful => "33",
            Paint::Good => "32",
            Paint::Faint => "2",
            Paint::Code => "36",
        };
        if self.colour && !text.is_empty() {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

/// The text with everything escaped that a terminal would obey rather than show: manifests are other people's, and what
/// stands in them must not repaint the verdict on them.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    let obeyed = |c: char| {
        c.is_control()
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
    };
    if !text.contains(obeyed) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        if obeyed(c) {
            // Writing to a String cannot fail.
            let _ = write!(clean, "{}", c.escape_default());
        } else {
            clean.push(c);
        }
    }
    Cow::Owned(clean)
}
