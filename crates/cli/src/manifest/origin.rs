//! Because a finding is only useful where its author can find it: the words in which objects and faults are handed out, and
//! the place in which file each of them stands.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use super::compact;
use super::fault::Fault;
use super::lines::Lines;

/// Something to read objects from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Input {
    /// A file, or a directory to read with all that is in it.
    Path(PathBuf),
    /// Standard input, `-` on the command line.
    Stdin,
}

/// What was found in an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// A Kubernetes object.
    Object(Manifest),
    /// Something that could not be read as one.
    Rejected(Rejection),
}

/// One object as its author wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Manifest {
    /// Where it stands.
    pub(crate) origin: Origin,
    /// The object as compact JSON; `apiVersion` and `kind` are there and are not empty.
    pub(crate) json: String,
    /// On which lines its fields stand.
    pub(super) lines: Lines,
}

impl Manifest {
    /// The line on which `path` (like `spec.template.spec.containers[0].image`) stands, for faults that decoding finds.
    ///
    /// Of a path that leads nowhere, the line of the last part that is there; keys may contain dots.
    pub(crate) fn line_of(&self, path: &str) -> usize {
        let offset = compact::find(&self.json, path);
        self.lines.line_at(offset).unwrap_or(self.origin.line)
    }

    /// Rejects this object for what was found wrong with it at `path`.
    pub(crate) fn reject(
        &self,
        path: &str,
        reason: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Rejection {
        Rejection {
            origin: Origin {
                line: self.line_of(path),
                ..self.origin.clone()
            },
            field: Some(path.to_owned()).filter(|path| !path.is_empty() && path != "."),
            reason: reason.into(),
            remedy: remedy.into(),
        }
    }
}

/// Where an object or a fault stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The file as it was named, or found in a directory that was; `-` for standard input.
    pub(crate) file: Arc<str>,
    /// The document's number in the file, from 1; 0 for the file as a whole.
    pub(crate) document: usize,
    /// The line in the file, from 1, on which the object begins or the fault is; 0 for the file as a whole.
    pub(crate) line: usize,
    /// The object's number in the `List` that it stands in, from 1; of nested lists the innermost.
    pub(crate) item: Option<usize>,
}

impl Origin {
    /// A file as a whole.
    pub(super) fn file(file: impl Into<Arc<str>>) -> Self {
        Self {
            file: file.into(),
            document: 0,
            line: 0,
            item: None,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Printable(&self.file))?;
        if self.document > 0 {
            write!(f, ": document {}", self.document)?;
        }
        if let Some(item) = self.item {
            write!(f, ", item {item}")?;
        }
        match (self.line, self.document) {
            (0, _) => Ok(()),
            (line, 0) => write!(f, ": line {line}"),
            (line, _) => write!(f, ", line {line}"),
        }
    }
}

/// Something that could not be read as a Kubernetes object, in words for the person who has to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rejection {
    /// Where it stands.
    pub(crate) origin: Origin,
    /// The path of the field at fault, where one can be named.
    pub(crate) field: Option<String>,
    /// What is wrong.
    pub(crate) reason: String,
    /// What to do about it.
    pub(crate) remedy: String,
}

impl Rejection {
    pub(super) fn new(
        origin: Origin,
        reason: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            origin,
            field: None,
            reason: reason.into(),
            remedy: remedy.into(),
        }
    }

    /// Rejects what stands at `origin` for a fault, whose line is more exact.
    pub(super) fn of_fault(origin: Origin, fault: Fault) -> Self {
        Self {
            origin: Origin {
                line: fault.line,
                ..origin
            },
            field: fault.field,
            reason: fault.reason.into_owned(),
            remedy: fault.remedy.into_owned(),
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.origin)?;
        if let Some(field) = &self.field {
            write!(f, ", field {}", Printable(field))?;
        }
        write!(
            f,
            ": {}; {}",
            Printable(&self.reason),
            Printable(&self.remedy)
        )
    }
}

/// Text from a file on its way to a terminal: a message is one line, and nothing in it steers the terminal.
struct Printable<'a>(&'a str);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in self.0.split_inclusive(char::is_control) {
            match part.char_indices().next_back() {
                Some((at, last)) if last.is_control() => {
                    f.write_str(part.get(..at).unwrap_or_default())?;
                    write!(f, "{}", last.escape_default())?;
                }
                _ => f.write_str(part)?,
            }
        }
        Ok(())
    }
}
