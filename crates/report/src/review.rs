//! Rights as somebody reviewed them: everything that every identity is granted, to be kept, and what changed since.

use assay_inventory::view::Text;
use assay_inventory::{Change, Identity, Place, Right, Snapshot};
use serde::{Deserialize, Serialize};

use crate::grid::{Cell, Column, Narrow, grid};
use crate::style::{Style, clean};

/// Every right of every identity, and the hash by which a statement refers to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Review {
    version: u32,
    hash: Text,
    identities: Snapshot,
}

/// What changed between a review and now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReviewDiff {
    version: u32,
    /// Hash of what was reviewed.
    reviewed: Text,
    /// Hash of what is granted now.
    hash: Text,
    changes: Vec<Changed>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Changed {
    subject: String,
    change: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    added: Vec<Placed>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    removed: Vec<Placed>,
}

/// A right, and the namespace that it is limited to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Placed {
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<Text>,
    #[serde(flatten)]
    right: Right,
}

/// Why what was kept of a review is no use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReviewError {
    /// It is of a version that this Assay does not know.
    Version(u32),
    /// It does not hold what its hash is of.
    Hash,
}

impl std::fmt::Display for ReviewError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Version(version) => write!(
                f,
                "version {version} is not known; compare it by the Assay that wrote it or a later one"
            ),
            Self::Hash => f.write_str(
                "its hash is not that of the rights it lists: they were changed after it was written; take the copy that was kept with the \
                 statement",
            ),
        }
    }
}

impl std::error::Error for ReviewError {}

impl Review {
    const VERSION: u32 = 1;

    /// Takes down what is granted.
    #[must_use]
    pub fn new(identities: Snapshot) -> Self {
        Self {
            version: Self::VERSION,
            hash: identities.hash(),
            identities,
        }
    }

    /// Whether it is what it says to be.
    ///
    /// # Errors
    /// If it is of another version, or somebody changed it.
    pub fn verify(&self) -> Result<(), ReviewError> {
        if self.version != Self::VERSION {
            return Err(ReviewError::Version(self.version));
        }
        if self.identities.hash() != self.hash {
            return Err(ReviewError::Hash);
        }
        Ok(())
    }

    /// What changed since an earlier one.
    #[must_use]
    pub fn since(&self, before: &Self) -> ReviewDiff {
        let changes = self.identities.since(&before.identities);
        ReviewDiff {
            version: Self::VERSION,
            reviewed: before.hash.clone(),
            hash: self.hash.clone(),
            changes: changes.into_iter().map(Changed::from).collect(),
        }
    }

    /// For people.
    #[must_use]
    pub fn table(&self, style: &Style) -> String {
        const COLUMNS: [Column; 3] = [
            column("SUBJECT", Narrow::Keep),
            column("MAY", Narrow::Cut),
            column("WHERE", Narrow::Keep),
        ];
        let rows: Vec<Vec<Cell>> = self
            .identities
            .rights()
            .flat_map(|(identity, rights)| {
                let subject = shown(identity);
                let rights = rights.into_iter();
                rights.map(move |(place, right)| row(&[&subject, &right.to_string(), at(&place)]))
            })
            .collect();
        let mut out = String::new();
        grid(&mut out, &COLUMNS, &rows, style);
        out.push_str("\nhash ");
        out.push_str(&self.hash);
        out.push('\n');
        out
    }
}

impl ReviewDiff {
    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// For people.
    #[must_use]
    pub fn table(&self, style: &Style) -> String {
        const COLUMNS: [Column; 4] = [
            column("SUBJECT", Narrow::Keep),
            column("CHANGE", Narrow::Keep),
            column("MAY", Narrow::Cut),
            column("WHERE", Narrow::Keep),
        ];
        let mut rows = Vec::new();
        for changed in &self.changes {
            let lists = [("may now", &changed.added), ("no longer", &changed.removed)];
            let all = lists
                .into_iter()
                .flat_map(|(word, rights)| rights.iter().map(move |right| (word, right)));
            let before = rows.len();
            rows.extend(all.map(|(word, placed)| {
                let place = placed
                    .namespace
                    .as_ref()
                    .map_or("everywhere", AsRef::as_ref);
                row(&[&changed.subject, word, &placed.right.to_string(), place])
            }));
            if rows.len() == before {
                rows.push(row(&[
                    &changed.subject,
                    "the same by other roles",
                    "-",
                    "-",
                ]));
            }
        }
        let mut out = String::new();
        if rows.is_empty() {
            out.push_str("Nothing has changed.\n");
        } else {
            grid(&mut out, &COLUMNS, &rows, style);
        }
        out.push_str("\nreviewed ");
        out.push_str(&self.reviewed);
        out.push_str("\nnow      ");
        out.push_str(&self.hash);
        out.push('\n');
        out
    }
}

impl From<Change> for Changed {
    fn from(change: Change) -> Self {
        let placed = |rights: Vec<(Place, Right)>| {
            let rights = rights.into_iter();
            let placed = rights.map(|(place, right)| Placed {
                namespace: Some(place).filter(|place| !place.is_empty()),
                right,
            });
            placed.collect()
        };
        Self {
            subject: shown(&change.identity),
            change: match (change.was_there, change.is_there) {
                (false, _) => "added",
                (true, false) => "removed",
                (true, true) => "changed",
            },
            added: placed(change.added),
            removed: placed(change.removed),
        }
    }
}

const fn column(title: &'static str, narrow: Narrow) -> Column {
    Column { title, narrow }
}

fn row(texts: &[&str]) -> Vec<Cell> {
    texts.iter().map(|text| Cell::plain(&clean(text))).collect()
}

fn at(place: &Place) -> &str {
    if place.is_empty() {
        "everywhere"
    } else {
        place
    }
}

fn shown(identity: &Identity) -> String {
    clean(&identity.to_string()).into_owned()
}
