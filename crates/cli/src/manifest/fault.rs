//! Because "did not find expected key" helps nobody: what is wrong with a document, on which line, and what to do about it, in
//! words for the person who wrote it.

use std::borrow::Cow;

/// What is wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// 1-based, in the file.
    pub(super) line: usize,
    /// The path of the field at fault, where one can be named.
    pub(super) field: Option<String>,
    pub(super) reason: Cow<'static, str>,
    pub(super) remedy: Cow<'static, str>,
}

impl Fault {
    pub(super) fn new(line: usize, reason: impl Into<Cow<'static, str>>) -> Self {
        Self {
            line,
            field: None,
            reason: reason.into(),
            remedy: "mend this line".into(),
        }
    }

    /// Says what to do.
    pub(super) fn remedy(self, remedy: impl Into<Cow<'static, str>>) -> Self {
        Self {
            remedy: remedy.into(),
            ..self
        }
    }

    /// Names the field.
    pub(super) fn field(self, path: impl Into<String>) -> Self {
        Self {
            field: Some(path.into()),
            ..self
        }
    }

    pub(super) fn no_colon(line: usize) -> Self {
        Self::new(
            line,
            "this line stands where a `key: value` must stand and has no `: `",
        )
        .remedy("add the colon, or indent the line if it belongs to the value above")
    }

    pub(super) fn misplaced_value(line: usize) -> Self {
        Self::new(line, "a `key: value` begins here where none can stand").remedy(
            "align the key with its neighbours, or put the value in quotes if it contains `: `",
        )
    }

    pub(super) fn misplaced_entry(line: usize) -> Self {
        Self::new(line, "a `- ` stands where no list item can begin")
            .remedy("put the item on a line of its own")
    }

    pub(super) fn misplaced_directive(line: usize) -> Self {
        Self::new(line, "a `%` directive stands inside a document")
            .remedy("move it before the `---`, or put the value in quotes")
    }

    pub(super) fn tab(line: usize) -> Self {
        Self::new(line, "a tab stands where the indentation must be spaces")
            .remedy("replace the tab by spaces")
    }

    /// Puts the field at fault into the one it stands in.
    pub(super) fn within(self, outer: &str) -> Self {
        let path = match &self.field {
            None => outer.to_owned(),
            Some(inner) if inner.starts_with('[') => format!("{outer}{inner}"),
            Some(inner) => format!("{outer}.{inner}"),
        };
        self.field(path)
    }

    pub(super) fn duplicate(line: usize, key: &str, first: usize) -> Self {
        let reason = format!("the key `{key}` stands twice in one mapping, first on line {first}");
        Self::new(line, reason).remedy("remove one of the two")
    }

    pub(super) fn too_deep(line: usize) -> Self {
        let reason = format!("values are nested more than {} deep", super::MAX_DEPTH);
        Self::new(line, reason).remedy("nest them less deep")
    }
}
