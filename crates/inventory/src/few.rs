//! Small maps: most workloads have one controller and pods of one class, for which a tree's node is ten times too large.

/// A map of few entries, sorted by key in one block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Few<K, V>(Vec<(K, V)>);

impl<K, V> Default for Few<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Ord, V> Few<K, V> {
    fn position(&self, key: &K) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| known.cmp(key))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The entry of a key.
    pub(crate) fn entry(&self, key: &K) -> Option<&(K, V)> {
        self.0.get(self.position(key).ok()?)
    }

    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.entry(key).map(|(_, value)| value)
    }

    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let at = self.position(key).ok()?;
        self.0.get_mut(at).map(|(_, value)| value)
    }

    /// Puts an entry in the place of the one with its key, if there is one.
    pub(crate) fn insert(&mut self, key: K, value: V) {
        match self.position(&key) {
            Ok(at) => {
                if let Some((_, old)) = self.0.get_mut(at) {
                    *old = value;
                }
            }
            Err(at) => {
                if self.0.is_empty() {
                    // Vectors begin with room for four.
                    self.0.reserve_exact(1);
                }
                self.0.insert(at, (key, value));
            }
        }
    }

    /// Takes an entry out; whether there was one.
    pub(crate) fn remove(&mut self, key: &K) -> bool {
        let Ok(at) = self.position(key) else {
            return false;
        };
        self.0.remove(at);
        true
    }

    /// All entries, by key.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.0.iter().map(|(key, value)| (key, value))
    }

    pub(crate) fn keys(&self) -> impl DoubleEndedIterator<Item = &K> {
        self.0.iter().map(|(key, _)| key)
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.0.iter().map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::Few;

    proptest! {
        #[test]
        fn it_is_a_map(deeds in prop::collection::vec((0..20_u8, prop::option::of(any::<u8>())), 0..60)) {
            let mut few = Few::default();
            let mut map = BTreeMap::new();
            for (key, value) in deeds {
                if let Some(value) = value {
                    few.insert(key, value);
                    map.insert(key, value);
                } else {
                    prop_assert_eq!(few.remove(&key), map.remove(&key).is_some());
                }
                prop_assert_eq!(few.get(&key), map.get(&key));
                prop_assert_eq!(few.get_mut(&key), map.get_mut(&key));
                prop_assert_eq!(few.is_empty(), map.is_empty());
                prop_assert!(few.iter().eq(map.iter()));
                prop_assert!(few.keys().eq(map.keys()));
                prop_assert!(few.values().eq(map.values()));
            }
        }
    }
}
