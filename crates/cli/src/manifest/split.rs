//! Because one broken document must not hide the next, nor a large file fill the memory: cuts a stream of bytes into documents
//! at the lines where kubectl does, before anything is parsed.

use std::io::{self, BufRead, Read};

/// No document may be larger, lest an endless stream fill the memory. The API server takes objects of up to 3 MiB.
const LARGEST: usize = 1 << 30;

const UTF8_MARK: &[u8] = &[0xEF, 0xBB, 0xBF];

/// What stands between two separators.
#[derive(Debug, Default)]
pub(super) struct Piece {
    pub(super) bytes: Vec<u8>,
    /// The line on which it begins, from 1.
    pub(super) line: usize,
    /// Whether a `---` stands before it, so that it is a document even if it is empty.
    pub(super) opened: bool,
    /// What keeps it from being read at all.
    pub(super) spoilt: Option<Spoilt>,
}

/// What keeps a piece from being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spoilt {
    /// Something other than a comment follows the `---` before it.
    Separator,
    /// It is in UTF-16 or UTF-32.
    Encoding,
    /// It is larger than any document may be. Nothing behind it is read.
    Size,
}

/// Cuts a stream into pieces.
#[derive(Debug)]
pub(super) struct Splitter<R> {
    reader: R,
    /// Lines read so far.
    lines: usize,
    /// The separator before the next piece, if one was read.
    separator: Option<Separator>,
    ended: bool,
    largest: usize,
}

#[derive(Debug, Clone, Copy)]
struct Separator {
    line: usize,
    clean: bool,
}

impl<R: BufRead> Splitter<R> {
    pub(super) fn new(reader: R) -> Self {
        Self {
            reader,
            lines: 0,
            separator: None,
            ended: false,
            largest: LARGEST,
        }
    }

    /// Sets another bound on the size of documents.
    #[cfg(test)]
    pub(super) fn with_largest(self, largest: usize) -> Self {
        Self { largest, ..self }
    }

    /// Puts the next piece in the place of the last, whose memory it takes over. Returns whether there was one.
    pub(super) fn next(&mut self, piece: &mut Piece) -> io::Result<bool> {
        piece.bytes.clear();
        piece.spoilt = None;
        let separator = self.separator.take();
        piece.opened = separator.is_some();
        if self.ended {
            return Ok(false);
        }
        let mut at_start = self.lines == 0;
        match separator {
            Some(separator) if !separator.clean => {
                piece.line = separator.line;
                piece.spoilt = Some(Spoilt::Separator);
            }
            _ => piece.line = self.lines + 1,
        }
        loop {
            let start = piece.bytes.len();
            let room = self.largest.saturating_sub(start) + 1;
            let length = (&mut self.reader)
                .take(u64::try_from(room).unwrap_or(u64::MAX))
                .read_until(b'\n', &mut piece.bytes)?;
            if length == 0 {
                self.ended = true;
                if piece.bytes.last().is_some_and(|&byte| byte != b'\n') {
                    // As kubectl does; a block scalar at the very end depends on it.
                    piece.bytes.push(b'\n');
                }
                return Ok(piece.opened || !piece.bytes.is_empty());
            }
            if piece.bytes.len() > self.largest {
                self.ended = true;
                piece.spoilt = Some(Spoilt::Size);
                return Ok(true);
            }
            self.lines += 1;
            if at_start {
                at_start = false;
                if is_wide(&piece.bytes) {
                    // Its lines cannot be told apart.
                    self.ended = true;
                    piece.spoilt = Some(Spoilt::Encoding);
                    return Ok(true);
                }
            }
            if start == 0 && piece.bytes.starts_with(UTF8_MARK) {
                piece.bytes.drain(..UTF8_MARK.len());
            }
            let line = piece.bytes.get(start..).unwrap_or_default();
            if let Some(clean) = separates(line) {
                self.separator = Some(Separator {
                    line: self.lines,
                    clean,
                });
                piece.bytes.truncate(start);
                return Ok(true);
            }
        }
    }
}

/// Whether `line` is a separator, and if so whether it is one that kubectl accepts: with nothing but a comment behind it.
fn separates(line: &[u8]) -> Option<bool> {
    let after = line.strip_prefix(b"---")?.trim_ascii();
    Some(after.is_empty() || after.starts_with(b"#"))
}

/// Whether the text begins with the mark of an encoding whose characters take two bytes or more.
fn is_wide(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xFF, 0xFE])
        || bytes.starts_with(&[0xFE, 0xFF])
        || bytes.starts_with(&[0, 0, 0xFE, 0xFF])
}
