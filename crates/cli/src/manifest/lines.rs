//! Because a message about a field is worth little without its line: remembers on which line of the file each part of an
//! object's JSON text was written.

use std::ops::Range;

/// Offsets into a JSON text, rising, and the lines of the file that begin there. One entry per line, so that it stays small.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Lines {
    marks: Vec<(u32, u32)>,
}

impl Lines {
    /// Notes that what follows at `offset` stands on `line`. Offsets must not go back.
    pub(super) fn mark(&mut self, offset: usize, line: usize) {
        let line = small(line);
        if self.marks.last().is_none_or(|&(_, last)| last != line) {
            self.marks.push((small(offset), line));
        }
    }

    /// The line on which the text at `offset` stands.
    pub(super) fn line_at(&self, offset: usize) -> Option<usize> {
        let offset = small(offset);
        let after = self.marks.partition_point(|&(start, _)| start <= offset);
        let (_, line) = self.marks.get(after.checked_sub(1)?)?;
        usize::try_from(*line).ok()
    }

    /// Takes out all that is noted from `offset` on.
    pub(super) fn cut(&mut self, offset: usize) -> Self {
        let place = self
            .marks
            .partition_point(|&(start, _)| start < small(offset));
        Self {
            marks: self.marks.split_off(place),
        }
    }

    /// Adds what `other` notes about `range` for the same text at `offset`, found on `line` if `other` does not know.
    pub(super) fn copy(&mut self, other: &Self, range: Range<usize>, offset: usize, line: usize) {
        self.mark(offset, other.line_at(range.start).unwrap_or(line));
        let from = other
            .marks
            .partition_point(|&(start, _)| start <= small(range.start));
        let marks = other.marks.get(from..).unwrap_or_default();
        for &(start, line) in marks
            .iter()
            .take_while(|&&(start, _)| start < small(range.end))
        {
            let moved = usize::try_from(start).unwrap_or(range.start) - range.start + offset;
            self.mark(moved, usize::try_from(line).unwrap_or_default());
        }
    }
}

/// How many lines end within `bytes`.
pub(super) fn ended(bytes: &[u8]) -> usize {
    bytes.split(|&byte| byte == b'\n').count() - 1
}

/// Documents are far smaller than these numbers reach; one that is not gets a wrong line rather than no answer.
fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
