//! Findings by check, worst first: what is wrong with each object under the one fix they share.

// Writing to a String cannot fail.
use std::fmt::Write as _;

use assay_checks::{CheckKind, Severity};

use crate::style::{Paint, Style, clean};
use crate::wrap::{Word, words, wrap};
use crate::{Detail, Finding};

/// Messages show this many places themselves.
const IN_MESSAGE: usize = 3;

/// Findings of one check with one severity.
struct Group<'a> {
    first: &'a Finding,
    findings: Vec<&'a Finding>,
}

impl Group<'_> {
    fn key(&self) -> (CheckKind, Severity, &str) {
        (self.first.kind, self.first.severity, &self.first.check)
    }
}

pub(super) fn write(out: &mut String, findings: &[Finding], style: &Style, most: Option<usize>) {
    for group in groups(findings) {
        write_group(out, &group, style, most);
    }
}

/// Groups in the order of their first findings, which are the worst.
fn groups(findings: &[Finding]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for finding in findings {
        let key = (finding.kind, finding.severity, finding.check.as_str());
        // From behind: findings of one check stand side by side, but for those inside the CDE.
        match groups.iter_mut().rev().find(|group| group.key() == key) {
            Some(group) => group.findings.push(finding),
            None => groups.push(Group {
                first: finding,
                findings: vec![finding],
            }),
        }
    }
    groups
}

fn write_group(out: &mut String, group: &Group<'_>, style: &Style, most: Option<usize>) {
    let first = group.first;
    let (label, paint) = label(first);
    let title = format!("{} {}: {}", first.control, first.check, first.title);
    out.push('\n');
    out.push_str(&style.paint(paint, &label));
    out.push(' ');
    out.push_str(&style.paint(Paint::Heading, &title));
    out.push('\n');
    let most = most.unwrap_or(usize::MAX);
    for finding in group.findings.iter().take(most) {
        write_finding(out, finding, style, most);
    }
    more(out, group.findings.len(), most, "  ");
    let fix = format!("Fix: {}", first.remediation);
    wrap(out, words(&fix), style.width, "  ", "  ");
}

fn label(finding: &Finding) -> (String, Paint) {
    let severity = finding.severity.as_str().to_uppercase();
    match (finding.kind, finding.severity) {
        (CheckKind::Advisory, _) => (format!("ADVISORY {severity}"), Paint::Faint),
        (_, Severity::Critical | Severity::High) => (severity, Paint::Bad),
        (_, Severity::Medium | Severity::Low) => (severity, Paint::Doubtful),
    }
}

fn write_finding(out: &mut String, finding: &Finding, style: &Style, most: usize) {
    let message = clean(&finding.message);
    let cde = finding.cde.then(|| painted("[CDE]", Paint::Bad, style));
    let place = finding.place.as_ref().map(|place| {
        let place = format!("({})", clean(place));
        painted(&place, Paint::Faint, style)
    });
    let line = cde.into_iter().chain(words(&message)).chain(place);
    wrap(out, line, style.width, "  - ", "    ");
    if finding.details.len() > IN_MESSAGE {
        for detail in finding.details.iter().take(most) {
            wrap(
                out,
                words(&text_of(detail)),
                style.width,
                "      ",
                "        ",
            );
        }
        more(out, finding.details.len(), most, "      ");
    }
}

/// A piece that is not broken.
fn painted(text: &str, paint: Paint, style: &Style) -> Word {
    Word {
        text: style.paint(paint, text),
        columns: text.chars().count(),
    }
}

fn text_of(detail: &Detail) -> String {
    clean(&format!("{} is {}", detail.field, detail.value)).into_owned()
}

fn more(out: &mut String, all: usize, most: usize, indent: &str) {
    if all > most {
        let _ = writeln!(out, "{indent}and {} more (--all shows them)", all - most);
    }
}
