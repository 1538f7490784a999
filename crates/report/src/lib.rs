//! Renders what the engine found, for people and for machines.
//!
//! [`Assessment::snapshot`] takes down the verdicts, counts and findings of an engine at one instant as a [`Snapshot`]:
//! plain data, and at the same time the published JSON. Everything else here turns data into text. Nothing does I/O,
//! asks for the time or knows Kubernetes' client.

mod access;
mod assess;
mod checks;
mod counts;
mod explain;
mod grid;
mod markdown;
mod review;
mod schema;
mod snapshot;
mod style;
mod table;
mod unknown;
mod words;
mod wrap;

#[cfg(test)]
mod tests;

pub use access::{AccessOf, WhoCan};
pub use assess::Assessment;
pub use checks::{CheckLine, check_lines, check_table};
pub use explain::{explain_check, explain_control};
pub use markdown::markdown;
pub use review::{Review, ReviewDiff, ReviewError};
pub use schema::schema;
pub use snapshot::{
    Assay, Check, Cluster, Control, Detail, Exception, Finding, Member, NotJudged, Resource, Scope,
    SectionSummary, Snapshot, Summary, ToState, Unknown, Unread,
};
pub use style::{Style, clean};
pub use table::table;

use serde::Serialize;

/// Pretty JSON, with a line break at its end.
///
/// # Errors
/// Only if `value` refuses to be serialized, which nothing in this crate does.
pub fn json(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    Ok(text)
}

/// YAML with the same keys and values in the same order. What some reader of YAML, old or new, takes for something else than
/// text is quoted.
///
/// # Errors
/// Only if `value` refuses to be serialized, which nothing in this crate does.
pub fn yaml(value: &impl Serialize) -> Result<String, serde_saphyr::ser::Error> {
    serde_saphyr::to_string(value)
}
