//! Because `<<` makes a mapping out of others: rewrites a mapping that was written with merge keys into a plain one.
//!
//! As in go-yaml v2, entries are taken in the order in which they stand: a key after `<<` overrides what was merged, and
//! what is merged overrides a key before it, against the letter of YAML's own merge type.

use std::collections::HashMap;
use std::ops::Range;

use crate::manifest::compact;

/// A key that was written and the value that follows it.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// The key with its quotes in the JSON text; empty for a `<<`, which is not written.
    pub(super) key: Range<usize>,
    pub(super) value: Range<usize>,
}

/// Where the keys and values of the mapping stand that `entries` come to, in the order in which they are to be written.
pub(super) fn resolve(json: &str, entries: &[Entry]) -> Vec<(Range<usize>, Range<usize>)> {
    let mut merged = Merged {
        json,
        parts: Vec::new(),
        places: HashMap::new(),
    };
    for entry in entries {
        if !entry.key.is_empty() {
            merged.set(entry.key.clone(), entry.value.clone());
            continue;
        }
        let start = entry.value.start;
        merged.set_all(start);
        // Of several mappings the first takes precedence.
        let items: Vec<_> = compact::items(json, start).collect();
        for item in items.into_iter().rev() {
            merged.set_all(item.start);
        }
    }
    merged.parts
}

/// Whether the value at `value` can be merged: a mapping, or a list of them if it stands there itself.
pub(super) fn is_mergeable(json: &str, value: Range<usize>, is_alias: bool) -> bool {
    let is_mapping = |start: usize| json.as_bytes().get(start) == Some(&b'{');
    let is_list = !is_alias && json.as_bytes().get(value.start) == Some(&b'[');
    is_mapping(value.start)
        || is_list && compact::items(json, value.start).all(|item| is_mapping(item.start))
}

struct Merged<'j> {
    json: &'j str,
    parts: Vec<(Range<usize>, Range<usize>)>,
    places: HashMap<&'j str, usize>,
}

impl Merged<'_> {
    fn set(&mut self, key: Range<usize>, value: Range<usize>) {
        let text = self.json.get(key.clone()).unwrap_or_default();
        let place = *self.places.entry(text).or_insert(self.parts.len());
        match self.parts.get_mut(place) {
            Some(part) => *part = (key, value),
            None => self.parts.push((key, value)),
        }
    }

    fn set_all(&mut self, mapping: usize) {
        for (key, value) in compact::entries(self.json, mapping) {
            self.set(key, value);
        }
    }
}
