//! Because a verdict is worth as much as the reading behind it: turns files, directories and standard input into single
//! Kubernetes objects, each as the JSON text that kubectl would send for it.
//!
//! Whatever cannot be read becomes a [`Rejection`] that names file, document, line, reason and remedy, and reading goes on
//! behind it. Documents are read one at a time, so memory is bounded by the largest document, not by the file.

mod compact;
mod document;
mod fault;
mod identity;
mod json;
mod lines;
mod origin;
mod seen;
mod split;
mod squeeze;
mod walk;
mod yaml;

#[cfg(test)]
mod tests;

pub(crate) use origin::{Input, Manifest, Origin, Outcome, Rejection};

/// How deep values may be nested: as deep as `serde_json` decodes.
const MAX_DEPTH: usize = 127;

/// Reads all `inputs` in order and hands out what was found in them, one object at a time.
///
/// An input that holds nothing to judge is itself a rejection, so that an empty pipe is not taken for a clean one.
pub(crate) fn read(inputs: &[Input], each: &mut dyn FnMut(Outcome)) {
    for input in inputs {
        let mut found = false;
        let mut note = |outcome| {
            found = true;
            each(outcome);
        };
        let read_something = match input {
            Input::Path(path) => walk::read(path, &mut note),
            Input::Stdin => document::read_stream(std::io::stdin().lock(), &"-".into(), &mut note),
        };
        if !found && !read_something {
            each(Outcome::Rejected(walk::nothing_found(input)));
        }
    }
}
