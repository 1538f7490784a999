//! The view for people: sixteen sections, the worst findings with their fixes, what could not be judged, and one line
//! that sums up and hides nothing.

mod findings;

use assay_catalog::ControlId;
use assay_engine::Verdict;
use assay_inventory::Kind;

use crate::grid::{Cell, Column, Narrow, grid};
use crate::style::{Paint, Style, clean};
use crate::wrap::{words, wrap};
use crate::{NotJudged, SectionSummary, Snapshot, Unknown};

/// Renders a snapshot. Of each check, at most `most` findings are shown, and how many more there are.
#[must_use]
pub fn table(snapshot: &Snapshot, style: &Style, most: Option<usize>) -> String {
    let mut out = String::new();
    front_page(&mut out, snapshot, style);
    findings::write(&mut out, &snapshot.findings, style, most);
    unknown(&mut out, &snapshot.summary.unknown, style);
    notes(&mut out, snapshot, style);
    summary(&mut out, snapshot, style);
    out
}

const COLUMNS: [Column; 12] = [
    column("SECTION", Narrow::Cut),
    column("STATUS", Narrow::Keep),
    column("MET", Narrow::Keep),
    column("NOT-MET", Narrow::Keep),
    column("UNKNOWN", Narrow::Keep),
    column("TO-STATE", Narrow::Keep),
    column("CRITICAL", Narrow::Drop),
    column("HIGH", Narrow::Drop),
    column("MEDIUM", Narrow::Drop),
    column("LOW", Narrow::Drop),
    column("ADVISORY", Narrow::Drop),
    column("CDE", Narrow::Drop),
];

const fn column(title: &'static str, narrow: Narrow) -> Column {
    Column { title, narrow }
}

fn front_page(out: &mut String, snapshot: &Snapshot, style: &Style) {
    let rows: Vec<Vec<Cell>> = snapshot.summary.sections.iter().map(row).collect();
    grid(out, &COLUMNS, &rows, style);
}

fn row(section: &SectionSummary) -> Vec<Cell> {
    let controls = &section.controls;
    let findings = &section.findings;
    vec![
        Cell::plain(&format!("{:>2} {}", section.section, section.title)),
        Cell::painted(&section.verdict, paint_of(section.verdict)),
        Cell::plain(&section.controls_text),
        counted(controls.not_met, Paint::Bad),
        counted(controls.unknown, Paint::Doubtful),
        counted(controls.needs_evidence, Paint::Doubtful),
        counted(findings.critical, Paint::Bad),
        counted(findings.high, Paint::Bad),
        Cell::plain(&findings.medium),
        Cell::plain(&findings.low),
        Cell::plain(&findings.advisory),
        counted(findings.cde, Paint::Bad),
    ]
}

fn counted(count: u32, paint: Paint) -> Cell {
    Cell::painted(&count, if count > 0 { paint } else { Paint::Faint })
}

fn paint_of(verdict: Verdict) -> Paint {
    match verdict {
        Verdict::NotMet => Paint::Bad,
        Verdict::Unknown | Verdict::NeedsEvidence => Paint::Doubtful,
        Verdict::Met => Paint::Good,
        Verdict::NotApplicable => Paint::Faint,
    }
}

fn heading(out: &mut String, text: &str, style: &Style) {
    out.push('\n');
    out.push_str(&style.paint(Paint::Heading, text));
    out.push('\n');
}

fn unknown(out: &mut String, causes: &[Unknown], style: &Style) {
    if causes.is_empty() {
        return;
    }
    heading(out, "NOT KNOWN", style);
    // Which part of a control is missing fills pages, and `explain` says it.
    let (partly, other): (Vec<&Unknown>, Vec<&Unknown>) =
        causes.iter().partition(|cause| cause.partly);
    for cause in other {
        let controls = cause.controls.join(", ");
        let concerned = if cause.checks.is_empty() {
            controls
        } else {
            format!("{controls}: {}", cause.checks.join(", "))
        };
        write_cause(out, &cause.reason, &cause.message, &concerned, style);
    }
    if let Some(first) = partly.first() {
        let ids = partly.iter().flat_map(|cause| &cause.controls);
        let mut controls: Vec<ControlId> = ids.filter_map(|id| id.parse().ok()).collect();
        controls.sort_unstable();
        let controls: Vec<String> = controls.iter().map(ToString::to_string).collect();
        let message =
            "judged in part by this version of Assay; `assay explain CONTROL` says what is missing";
        write_cause(out, &first.reason, message, &controls.join(", "), style);
    }
}

fn write_cause(out: &mut String, reason: &str, message: &str, concerned: &str, style: &Style) {
    let text = format!("{reason}: {}", clean(message));
    wrap(out, words(&text), style.width, "  ", "    ");
    wrap(out, words(concerned), style.width, "    ", "    ");
}

fn notes(out: &mut String, snapshot: &Snapshot, style: &Style) {
    let summary = &snapshot.summary;
    if !summary.to_state.is_empty() {
        heading(out, "TO STATE", style);
        for waiting in &summary.to_state {
            let text = format!("{}: {}", waiting.control, waiting.parts.join(", "));
            wrap(out, words(&text), style.width, "  ", "    ");
        }
    }
    if !summary.unread.is_empty() {
        heading(out, "NOT READ", style);
        for unread in &summary.unread {
            let text = format!("{}: {}", clean(&unread.place), clean(&unread.message));
            wrap(out, words(&text), style.width, "  ", "    ");
        }
    }
    if !summary.not_judged.is_empty() {
        heading(out, "NOT JUDGED", style);
        let all = &summary.not_judged;
        let kinds: Vec<String> = all.iter().map(|kind| kind_text(kind, all)).collect();
        let text = format!("{}: no check reads these kinds", kinds.join(", "));
        wrap(out, words(&text), style.width, "  ", "    ");
    }
}

/// A kind and how many there were. Which of several kinds of that name it is, is said where it matters: the
/// `DaemonSet` of an API group that is gone is none that Assay judges.
fn kind_text(kind: &NotJudged, all: &[NotJudged]) -> String {
    let same = |name: &str| name == kind.kind;
    let judged = Kind::ALL.iter().any(|kind| same(kind.served().kind));
    let group = if judged || all.iter().filter(|other| same(&other.kind)).count() > 1 {
        format!(" ({})", kind.api_version)
    } else {
        String::new()
    };
    clean(&format!("{} {}{group}", kind.count, kind.kind)).into_owned()
}

fn summary(out: &mut String, snapshot: &Snapshot, style: &Style) {
    let summary = &snapshot.summary;
    let controls = &summary.controls;
    let findings = &summary.findings;
    let all = controls.met
        + controls.not_met
        + controls.unknown
        + controls.needs_evidence
        + controls.not_applicable;
    let unread = match summary.unread.len() {
        0 => String::new(),
        count => format!(" Not read: {count}."),
    };
    let text = format!(
        "{all} controls: {} not met, {} unknown, {} to state, {} met, {} not applicable. \
         Findings: {} critical, {} high, {} medium, {} low; {} advisory, {} excepted.{unread}",
        controls.not_met,
        controls.unknown,
        controls.needs_evidence,
        controls.met,
        controls.not_applicable,
        findings.critical,
        findings.high,
        findings.medium,
        findings.low,
        findings.advisory,
        findings.excepted,
    );
    let verdict = summary.verdict.as_str();
    let mut line = format!("{verdict}: ");
    let indent = " ".repeat(line.len());
    let mut body = String::new();
    wrap(&mut body, words(&text), style.width, &indent, "  ");
    line = format!("{}: ", style.paint(paint_of(summary.verdict), verdict));
    out.push('\n');
    out.push_str(&line);
    out.push_str(body.trim_start_matches(' '));
}
