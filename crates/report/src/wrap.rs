//! Breaks lines between words at the terminal's width.

/// A word: how it is written, escapes included, and how many columns it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) columns: usize,
}

/// Words as they stand in running text.
pub(crate) fn words(text: &str) -> impl Iterator<Item = Word> {
    text.split_whitespace().map(|word| Word {
        text: word.to_owned(),
        columns: word.chars().count(),
    })
}

/// Writes the words to `out`, the first line behind `first` and the others behind `rest`, which must be as wide as they
/// look. A word longer than a line stands on its own, unbroken, so that it can be copied.
pub(crate) fn wrap(
    out: &mut String,
    words: impl Iterator<Item = Word>,
    width: Option<usize>,
    first: &str,
    rest: &str,
) {
    let width = width.unwrap_or(usize::MAX);
    out.push_str(first);
    let mut used = first.chars().count();
    let mut at_start = true;
    for word in words {
        if !at_start && used + 1 + word.columns > width {
            out.push('\n');
            out.push_str(rest);
            used = rest.chars().count();
            at_start = true;
        }
        if !at_start {
            out.push(' ');
            used += 1;
        }
        out.push_str(&word.text);
        used += word.columns;
        at_start = false;
    }
    out.push('\n');
}
