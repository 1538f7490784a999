//! Reading a table, and nothing else.
//!
//! A server, or a proxy before it, that heeds neither the header nor the parameter would send the objects themselves. So an answer
//! is read while it comes, and no further than the first thing that no table of names holds: another kind, a field that a table
//! does not have, an object in a row, anything but text and numbers in a cell. Nothing of it is kept, shown or logged then.

use std::collections::VecDeque;
use std::fmt;
use std::io::{self, BufReader, Read};
use std::time::Duration;

use assay_inventory::view::Text;
use chrono::TimeDelta;
use http_body_util::{BodyExt, Limited};
use kube::client::Body;
use serde::de::{Error, IgnoredAny, Visitor};
use serde::{Deserialize, Deserializer};
use tokio::runtime::Handle;

/// Most of a page that is read, in bytes: a row takes some two hundred.
const LONGEST: usize = 2 * 1024 * 1024;
/// Longest text of a cell that is kept: whoever may make a Secret may give it a type of any length.
const LONGEST_CELL: usize = 512;
/// Longest name of an object.
const LONGEST_NAME: usize = 253;

/// One object, as far as its row tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    /// Its name.
    pub(crate) name: Text,
    /// Its type, where its kind has such a column.
    pub(crate) type_: Text,
    age: String,
}

/// A page of a list.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) rows: Vec<Row>,
    /// Where the next begins, if there is one.
    pub(super) next: Option<String>,
}

/// Why an answer was thrown away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// It broke off, took too long or is too long.
    Unfinished,
    /// It is something else.
    NoTable,
}

impl Row {
    /// How old the object is at least: the age is rounded down, to its last unit.
    pub(crate) fn least_age(&self) -> Option<TimeDelta> {
        let mut rest = self.age.as_str();
        let mut sum = (!rest.is_empty()).then(TimeDelta::zero)?;
        while !rest.is_empty() {
            let (number, unit) =
                rest.split_at_checked(rest.find(|c: char| !c.is_ascii_digit())?)?;
            let mut unit = unit.chars();
            let seconds = match unit.next()? {
                'y' => 365 * 24 * 60 * 60,
                'd' => 24 * 60 * 60,
                'h' => 60 * 60,
                'm' => 60,
                's' => 1,
                _ => return None,
            };
            let seconds = number.parse::<i64>().ok()?.checked_mul(seconds)?;
            sum = sum.checked_add(&TimeDelta::try_seconds(seconds)?)?;
            rest = unit.as_str();
        }
        Some(sum)
    }
}

/// Reads an answer, waiting no longer than `patience` for each piece of it.
pub(super) async fn read(body: Body, patience: Duration) -> Result<Page, Refused> {
    let pieces = Pieces {
        body: Limited::new(body, LONGEST),
        runtime: Handle::current(),
        patience,
        piece: VecDeque::new(),
    };
    // The parser waits for each piece until it has done with the last, and must not hold up what else runs here.
    let parsing = tokio::task::spawn_blocking(|| parse(BufReader::new(pieces)));
    parsing.await.map_err(|_| Refused::Unfinished)?
}

pub(super) fn parse(answer: impl Read) -> Result<Page, Refused> {
    let table: Result<Table, _> = serde_json::from_reader(answer);
    // What the error says may quote the answer.
    let table = table.map_err(|error| {
        if error.is_io() {
            Refused::Unfinished
        } else {
            Refused::NoTable
        }
    })?;
    table.page().ok_or(Refused::NoTable)
}

/// The answer as a reader takes it: no more than one piece of it is here at a time.
struct Pieces {
    body: Limited<Body>,
    runtime: Handle,
    patience: Duration,
    piece: VecDeque<u8>,
}

impl Read for Pieces {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() {
            let (body, patience) = (&mut self.body, self.patience);
            let next = async { tokio::time::timeout(patience, body.frame()).await };
            match self.runtime.block_on(next).map_err(io::Error::other)? {
                None => return Ok(0),
                Some(frame) => {
                    let frame = frame.map_err(io::Error::other)?;
                    if let Ok(data) = frame.into_data() {
                        self.piece = Vec::from(data).into();
                    }
                }
            }
        }
        self.piece.read(into)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Table {
    #[serde(rename = "kind")]
    _kind: Kind,
    #[serde(rename = "apiVersion")]
    _api_version: ApiVersion,
    #[serde(default)]
    metadata: Metadata,
    column_definitions: Vec<Column>,
    rows: Option<Vec<RawRow>>,
}

#[derive(Deserialize)]
enum Kind {
    Table,
}

#[derive(Deserialize)]
enum ApiVersion {
    #[serde(rename = "meta.k8s.io/v1")]
    V1,
}

#[derive(Deserialize, Default)]
struct Metadata {
    #[serde(default, rename = "continue")]
    next: String,
}

#[derive(Deserialize)]
struct Column {
    name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRow {
    cells: Vec<Cell>,
    #[serde(default, rename = "conditions")]
    _conditions: IgnoredAny,
    /// Null: anything else ends the reading before it is looked into.
    #[serde(default, rename = "object")]
    _object: (),
}

/// The text of a cell; nothing of one that holds a number or the like, or is too long.
struct Cell(Option<String>);

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CellVisitor)
    }
}

struct CellVisitor;

/// Lists and objects are in no cell: what is not named here is an error.
impl Visitor<'_> for CellVisitor {
    type Value = Cell;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a cell of a table")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Cell, E> {
        Ok(Cell((text.len() <= LONGEST_CELL).then(|| text.to_owned())))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Cell, E> {
        Ok(Cell(None))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Cell, E> {
        Ok(Cell(None))
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Cell, E> {
        Ok(Cell(None))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Cell, E> {
        Ok(Cell(None))
    }

    fn visit_unit<E: Error>(self) -> Result<Cell, E> {
        Ok(Cell(None))
    }
}

impl Table {
    /// What of it is kept; `None` if it is not such a table after all.
    fn page(self) -> Option<Page> {
        let column = |name: &str| {
            let mut columns = self.column_definitions.iter();
            columns.position(|column| column.name == name)
        };
        let (name, type_, age) = (column("Name")?, column("Type"), column("Age"));
        let rows = self.rows.into_iter().flatten().map(|row| {
            let text = |column: usize| row.cells.get(column)?.0.clone();
            Some(Row {
                name: text(name).filter(|name| is_name(name))?.into(),
                type_: type_.and_then(text).unwrap_or_default().into(),
                age: age.and_then(text).unwrap_or_default(),
            })
        });
        Some(Page {
            rows: rows.collect::<Option<_>>()?,
            next: Some(self.metadata.next).filter(|next| !next.is_empty()),
        })
    }
}

/// Whether it can be an object's name: it becomes part of a path, and of findings.
fn is_name(text: &str) -> bool {
    let is_of_names = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c);
    (1..=LONGEST_NAME).contains(&text.len()) && text.chars().all(is_of_names)
}
