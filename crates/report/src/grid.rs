//! Columns under headings, as kubectl prints them, narrowed to the terminal.

use crate::style::{Paint, Style};

/// A column.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    pub(crate) title: &'static str,
    /// What happens when the terminal is too narrow.
    pub(crate) narrow: Narrow,
}

/// What happens to a column when the terminal is too narrow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Narrow {
    /// It stays.
    Keep,
    /// It goes, the last such column first.
    Drop,
    /// It is cut short once all that may go has gone.
    Cut,
}

/// A cell.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) paint: Option<Paint>,
}

impl Cell {
    pub(crate) fn plain(text: &impl ToString) -> Self {
        Self {
            text: text.to_string(),
            paint: None,
        }
    }

    pub(crate) fn painted(text: &impl ToString, paint: Paint) -> Self {
        Self {
            text: text.to_string(),
            paint: Some(paint),
        }
    }

    fn columns(&self) -> usize {
        self.text.chars().count()
    }
}

const GAP: usize = 2;
/// No column is cut shorter.
const SHORTEST: usize = 12;

/// Writes rows under their headings.
pub(crate) fn grid(out: &mut String, columns: &[Column], rows: &[Vec<Cell>], style: &Style) {
    let mut shown: Vec<(usize, Column, usize)> = columns
        .iter()
        .enumerate()
        .map(|(at, column)| {
            let cells = rows.iter().filter_map(|row| row.get(at)).map(Cell::columns);
            let widest = cells.max().unwrap_or(0).max(column.title.chars().count());
            (at, *column, widest)
        })
        .collect();
    if let Some(width) = style.width {
        narrow(&mut shown, width);
    }
    let heads = shown
        .iter()
        .map(|(_, column, width)| (Cell::painted(&column.title, Paint::Heading), *width));
    line(out, heads, style);
    for row in rows {
        let cells = shown
            .iter()
            .filter_map(|(at, _, width)| Some((row.get(*at)?.clone(), *width)));
        line(out, cells, style);
    }
}

fn narrow(shown: &mut Vec<(usize, Column, usize)>, width: usize) {
    let total = |shown: &[(usize, Column, usize)]| {
        shown
            .iter()
            .map(|(_, _, width)| width + GAP)
            .sum::<usize>()
            .saturating_sub(GAP)
    };
    while total(shown) > width {
        let Some(last) = shown
            .iter()
            .rposition(|(_, column, _)| column.narrow == Narrow::Drop)
        else {
            break;
        };
        shown.remove(last);
    }
    let over = total(shown).saturating_sub(width);
    for (_, _, width) in shown
        .iter_mut()
        .filter(|(_, column, _)| column.narrow == Narrow::Cut)
    {
        *width = width.saturating_sub(over).max(SHORTEST.min(*width));
    }
}

fn line(out: &mut String, cells: impl Iterator<Item = (Cell, usize)>, style: &Style) {
    let mut owed = 0;
    for (cell, width) in cells {
        out.extend(std::iter::repeat_n(' ', owed));
        let text = fit(&cell.text, width);
        owed = width.saturating_sub(text.chars().count()) + GAP;
        match cell.paint {
            Some(paint) => out.push_str(&style.paint(paint, &text)),
            None => out.push_str(&text),
        }
    }
    out.push('\n');
}

fn fit(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(width.saturating_sub(1)).collect();
    cut.push('…');
    cut
}
