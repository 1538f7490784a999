//! What a check or a control is about, as Markdown.

// Writing to a String cannot fail.
use std::fmt::Write as _;

use assay_catalog::{Control, Reference, Relation, Section, StatementPart};
use assay_checks::Check;

/// A check: its own documentation, with what the front matter says put into words.
#[must_use]
pub fn explain_check(check: &Check) -> String {
    let meta = &check.meta;
    let body = meta
        .markdown
        .strip_prefix("---\n")
        .and_then(|rest| rest.split_once("\n---\n"))
        .map_or(meta.markdown, |(_, body)| body);
    let (title, body) = body.split_once('\n').unwrap_or((body, ""));
    let control = assay_catalog::control(meta.control).map_or("", |(_, control)| control.title);
    let mut out = format!(
        "{title}\n\n`{}` version {}: {}, severity {}, of control {} ({control}).",
        meta.id,
        meta.version,
        meta.kind.as_str(),
        meta.severity.as_str(),
        meta.control,
    );
    if !meta.references.is_empty() {
        let _ = write!(out, " Related: {}.", meta.references.join(", "));
    }
    out.push('\n');
    out.push_str(body);
    out
}

/// A control: what it is after, what judges it, what a person has to state, and what it is related to.
#[must_use]
pub fn explain_control(section: &Section, control: &Control) -> String {
    let mut out = format!(
        "# {} {}\n\nSection {}, {}. Responsible: {}.\n\n## What it is after\n{}\n\n## How it is judged\n",
        control.id,
        control.title,
        section.number,
        section.title,
        control.responsibility,
        control.intent,
    );
    let checks = assay_checks::all()
        .iter()
        .filter(|check| check.meta.control == control.id);
    let mut requirements = 0;
    for check in checks {
        let meta = &check.meta;
        requirements += usize::from(meta.kind == assay_checks::CheckKind::Requirement);
        let _ = writeln!(
            out,
            "- `{}` ({}, {}): {}",
            meta.id,
            meta.kind.as_str(),
            meta.severity.as_str(),
            meta.title
        );
    }
    if let Some(parts) = assay_checks::pending(control.id) {
        let _ = write!(
            out,
            "\nThis version of Assay does not judge yet: {parts}. Until it does, the control is not met but `Unknown`.\n"
        );
    } else if requirements == 0 {
        out.push_str("\nNo requirement of this version of Assay judges it, and advisories decide nothing: it is `Unknown`.\n");
    }
    if !control.statements.is_empty() {
        out.push_str("\n## What a person has to state\n");
        for part in control.statements {
            statement(&mut out, part);
        }
    }
    references(&mut out, control.references);
    out
}

fn statement(out: &mut String, part: &StatementPart) {
    let _ = writeln!(
        out,
        "- `{}`: {} It holds for {} days. Evidence: {}.",
        part.id,
        part.what,
        part.valid_days,
        part.evidence.join("; "),
    );
}

fn references(out: &mut String, references: &[Reference]) {
    if references.is_empty() {
        return;
    }
    out.push_str("\n## Related\n");
    let mut kinds: Vec<_> = references
        .iter()
        .map(|reference| (reference.framework, reference.relation))
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    for (framework, relation) in kinds {
        let ids: Vec<&str> = references
            .iter()
            .filter(|reference| (reference.framework, reference.relation) == (framework, relation))
            .map(|reference| reference.id)
            .collect();
        let how = match relation {
            Relation::Related => "",
            Relation::Supporting => ", which it supports",
        };
        let _ = writeln!(out, "- {framework}{how}: {}", ids.join(", "));
    }
}
