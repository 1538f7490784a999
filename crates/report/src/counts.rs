//! Counts and the worst of verdicts, since a snapshot may know less than the engine does: what could not be read at all
//! never reached it.

use assay_engine::{ControlCounts, Verdict};

/// Verdicts, counted.
pub(crate) fn count(verdicts: impl Iterator<Item = Verdict>) -> ControlCounts {
    let mut counts = ControlCounts::default();
    for verdict in verdicts {
        match verdict {
            Verdict::NotMet => counts.not_met += 1,
            Verdict::Unknown => counts.unknown += 1,
            Verdict::NeedsEvidence => counts.needs_evidence += 1,
            Verdict::NotApplicable => counts.not_applicable += 1,
            Verdict::Met => counts.met += 1,
        }
    }
    counts
}

/// The worst verdict among those counted: what is not applicable gives way to what is met.
pub(crate) fn worst(counts: &ControlCounts) -> Verdict {
    let ranked = [
        (counts.not_met, Verdict::NotMet),
        (counts.unknown, Verdict::Unknown),
        (counts.needs_evidence, Verdict::NeedsEvidence),
        (counts.met, Verdict::Met),
    ];
    ranked
        .into_iter()
        .find(|(count, _)| *count > 0)
        .map_or(Verdict::NotApplicable, |(_, verdict)| verdict)
}
