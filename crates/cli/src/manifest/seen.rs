//! Because a key that stands twice says two things, of which every reader silently picks one: finds duplicates among the keys
//! of a mapping, however many there are and however deep it is nested.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

/// Comparing one by one is fastest for the few keys that most mappings have.
const FEW: usize = 16;

/// The keys of all mappings that are open, the innermost last.
///
/// Only hashes are kept. Two keys of one mapping share one by chance once in 2⁶⁴ pairs, and nobody can choose them to.
#[derive(Debug, Default)]
pub(super) struct Seen {
    state: RandomState,
    /// Hashes and lines of the keys, all mappings one after the other.
    keys: Vec<(u64, usize)>,
    open: Vec<Mapping>,
}

#[derive(Debug, Default)]
struct Mapping {
    /// Where its keys begin.
    base: usize,
    /// All of them once they are more than a few.
    many: Option<HashMap<u64, usize>>,
}

impl Seen {
    /// A mapping begins.
    pub(super) fn open(&mut self) {
        self.open.push(Mapping {
            base: self.keys.len(),
            many: None,
        });
    }

    /// The innermost mapping ends.
    pub(super) fn close(&mut self) {
        if let Some(mapping) = self.open.pop() {
            self.keys.truncate(mapping.base);
        }
    }

    /// Adds a key of the innermost mapping. Returns the line on which it stood before, if it did.
    pub(super) fn add(&mut self, key: &str, line: usize) -> Option<usize> {
        let hash = self.state.hash_one(key);
        let mapping = self.open.last_mut()?;
        if let Some(many) = &mut mapping.many {
            return many.insert(hash, line);
        }
        let keys = self.keys.get(mapping.base..).unwrap_or_default();
        let before = keys
            .iter()
            .find(|(known, _)| *known == hash)
            .map(|(_, line)| *line);
        self.keys.push((hash, line));
        if self.keys.len() - mapping.base > FEW {
            mapping.many = Some(self.keys.drain(mapping.base..).collect());
        }
        before
    }
}
