//! The list of all checks, for whoever wants to know what is judged at all.

use assay_checks::{CheckKind, Severity};
use serde::Serialize;

use crate::grid::{Cell, Column, Narrow, grid};
use crate::style::Style;

/// A check in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CheckLine {
    /// Its id.
    pub id: &'static str,
    /// The control it judges.
    pub control: assay_catalog::ControlId,
    /// Whether it decides the control.
    pub kind: CheckKind,
    /// Severity of its findings, unless they say otherwise.
    pub severity: Severity,
    /// What a finding means, in a few words.
    pub title: &'static str,
    /// Raised whenever the same facts may be judged otherwise than before.
    pub version: u32,
    /// Related references.
    pub references: &'static [&'static str],
    /// How to fix its findings.
    pub remediation: &'static str,
}

/// Every check, by control and id.
#[must_use]
pub fn check_lines() -> Vec<CheckLine> {
    let all = assay_checks::all().iter();
    all.map(|check| CheckLine {
        id: check.meta.id,
        control: check.meta.control,
        kind: check.meta.kind,
        severity: check.meta.severity,
        title: check.meta.title,
        version: check.meta.version,
        references: check.meta.references,
        remediation: check.meta.remediation,
    })
    .collect()
}

const COLUMNS: [Column; 6] = [
    column("CHECK", Narrow::Keep),
    column("CONTROL", Narrow::Keep),
    column("KIND", Narrow::Keep),
    column("SEVERITY", Narrow::Keep),
    column("TITLE", Narrow::Cut),
    column("VERSION", Narrow::Drop),
];

const fn column(title: &'static str, narrow: Narrow) -> Column {
    Column { title, narrow }
}

/// The list for people.
#[must_use]
pub fn check_table(checks: &[CheckLine], style: &Style) -> String {
    let row = |check: &CheckLine| {
        vec![
            Cell::plain(&check.id),
            Cell::plain(&check.control),
            Cell::plain(&check.kind.as_str()),
            Cell::plain(&check.severity.as_str()),
            Cell::plain(&check.title),
            Cell::plain(&check.version),
        ]
    };
    let rows: Vec<Vec<Cell>> = checks.iter().map(row).collect();
    let mut out = String::new();
    grid(&mut out, &COLUMNS, &rows, style);
    out
}
