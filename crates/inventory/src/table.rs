//! Tables: all objects of one kind, with the generations by which a relist sweeps what it did not mention.

use std::collections::{BTreeMap, HashMap};
use std::marker::PhantomData;
use std::sync::Arc;

use crate::view::Text;
use crate::{DecodeError, ObjectKey};

/// What is known of an object: its view, or why it cannot be read.
pub(crate) type State<T> = Result<Arc<T>, Arc<DecodeError>>;

/// What putting a row came to.
pub(crate) enum Put<T> {
    /// It says what was known.
    Same,
    /// It is new, or replaces this.
    Differs(Option<State<T>>),
}

/// A row of a table.
#[derive(Debug)]
pub(crate) struct Row<T> {
    generation: u32,
    state: State<T>,
}

/// How rows are kept.
pub(crate) trait Rows<T>: Default {
    fn row(&self, key: &ObjectKey) -> Option<(&ObjectKey, &Row<T>)>;
    fn row_mut(&mut self, key: &ObjectKey) -> Option<&mut Row<T>>;
    fn insert(&mut self, key: ObjectKey, row: Row<T>);
    fn remove(&mut self, key: &ObjectKey) -> Option<Row<T>>;
    fn count(&self) -> usize;
    fn all<'a>(&'a self) -> impl Iterator<Item = (&'a ObjectKey, &'a Row<T>)>
    where
        T: 'a;
}

macro_rules! rows {
    ($map:ident) => {
        impl<T> Rows<T> for $map<ObjectKey, Row<T>> {
            fn row(&self, key: &ObjectKey) -> Option<(&ObjectKey, &Row<T>)> {
                self.get_key_value(key)
            }

            fn row_mut(&mut self, key: &ObjectKey) -> Option<&mut Row<T>> {
                self.get_mut(key)
            }

            fn insert(&mut self, key: ObjectKey, row: Row<T>) {
                $map::insert(self, key, row);
            }

            fn remove(&mut self, key: &ObjectKey) -> Option<Row<T>> {
                $map::remove(self, key)
            }

            fn count(&self) -> usize {
                self.len()
            }

            fn all<'a>(&'a self) -> impl Iterator<Item = (&'a ObjectKey, &'a Row<T>)>
            where
                T: 'a,
            {
                self.iter()
            }
        }
    };
}

rows!(BTreeMap);
rows!(HashMap);

/// Objects of one kind, in the order of their keys unless they are [`Hashed`].
#[derive(Debug)]
pub(crate) struct Table<T, R = BTreeMap<ObjectKey, Row<T>>> {
    rows: R,
    generation: u32,
    of: PhantomData<T>,
}

/// Objects of a kind of which there are many, in no order: they are found by their keys. On the way down a tree of ten thousand
/// keys, a change would wait longer for memory that nobody has read lately than it takes to judge it.
pub(crate) type Hashed<T> = Table<T, HashMap<ObjectKey, Row<T>>>;

impl<T, R: Default> Default for Table<T, R> {
    fn default() -> Self {
        Self {
            rows: R::default(),
            generation: 0,
            of: PhantomData,
        }
    }
}

impl<T: PartialEq, R: Rows<T>> Table<T, R> {
    /// Opens a generation: rows not put again before [`Self::unmentioned`] are gone.
    pub(crate) fn open_generation(&mut self) {
        self.generation = self.generation.wrapping_add(1);
    }

    /// Keys of rows that the present generation did not mention.
    pub(crate) fn unmentioned(&self) -> Vec<ObjectKey> {
        self.rows
            .all()
            .filter(|(_, row)| row.generation != self.generation)
            .map(|(key, _)| key.clone())
            .collect()
    }

    /// Puts a row.
    pub(crate) fn put(&mut self, key: &ObjectKey, state: State<T>) -> Put<T> {
        if let Some(row) = self.rows.row_mut(key) {
            row.generation = self.generation;
            if row.state == state {
                return Put::Same;
            }
            return Put::Differs(Some(std::mem::replace(&mut row.state, state)));
        }
        let row = Row {
            generation: self.generation,
            state,
        };
        self.rows.insert(key.clone(), row);
        Put::Differs(None)
    }

    /// Takes a row out.
    pub(crate) fn remove(&mut self, key: &ObjectKey) -> Option<State<T>> {
        self.rows.remove(key).map(|row| row.state)
    }

    pub(crate) fn get(&self, key: &ObjectKey) -> Option<&State<T>> {
        self.rows.row(key).map(|(_, row)| &row.state)
    }

    /// The key as its row holds it.
    pub(crate) fn known_key(&self, key: &ObjectKey) -> Option<&ObjectKey> {
        self.rows.row(key).map(|(known, _)| known)
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.count()
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &ObjectKey> {
        self.rows.all().map(|(key, _)| key)
    }

    /// The view of an object that can be read.
    pub(crate) fn view(&self, key: &ObjectKey) -> Option<&T> {
        self.get(key)?.as_ref().ok().map(AsRef::as_ref)
    }
}

impl<T> Table<T> {
    /// All rows, by key.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (&ObjectKey, &State<T>)> {
        self.rows.iter().map(|(key, row)| (key, &row.state))
    }

    /// Rows of one namespace, by name.
    pub(crate) fn in_namespace(
        &self,
        namespace: &Text,
    ) -> impl Iterator<Item = (&ObjectKey, &State<T>)> {
        let namespace = namespace.clone();
        let from = ObjectKey {
            namespace: namespace.clone(),
            name: Text::default(),
        };
        self.rows
            .range(from..)
            .take_while(move |(key, _)| key.namespace == namespace)
            .map(|(key, row)| (key, &row.state))
    }
}

/// Objects of two kinds that differ in scope alone: their keys tell them apart, their relists are their own.
#[derive(Debug)]
pub(crate) struct Scoped<T> {
    cluster: Hashed<T>,
    namespaced: Hashed<T>,
}

impl<T> Default for Scoped<T> {
    fn default() -> Self {
        Self {
            cluster: Table::default(),
            namespaced: Table::default(),
        }
    }
}

impl<T: PartialEq> Scoped<T> {
    pub(crate) fn of_scope(&mut self, namespaced: bool) -> &mut Hashed<T> {
        if namespaced {
            &mut self.namespaced
        } else {
            &mut self.cluster
        }
    }

    pub(crate) fn table(&self, key: &ObjectKey) -> &Hashed<T> {
        if key.namespace.is_empty() {
            &self.cluster
        } else {
            &self.namespaced
        }
    }

    pub(crate) fn get(&self, key: &ObjectKey) -> Option<&State<T>> {
        self.table(key).get(key)
    }

    pub(crate) fn view(&self, key: &ObjectKey) -> Option<&T> {
        self.table(key).view(key)
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &ObjectKey> {
        self.cluster.keys().chain(self.namespaced.keys())
    }

    pub(crate) fn len(&self) -> usize {
        self.cluster.len() + self.namespaced.len()
    }
}
