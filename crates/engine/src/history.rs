//! Since when: a fold over what happened, apart from the verdicts themselves, which depend on the present alone.

use std::collections::BTreeMap;

use assay_catalog::ControlId;
use assay_inventory::Subject;
use chrono::{DateTime, Utc};

use crate::{Engine, Outcome, Transition, Verdict};

/// Identity of a finding: it survives the object's incarnations.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FindingId {
    /// The check.
    pub check: &'static str,
    /// The subject.
    pub subject: Subject,
}

/// Since when a finding is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Since {
    /// The instant.
    pub at: DateTime<Utc>,
    /// Whether its beginning was seen; false for what was there already on the first sight.
    pub known: bool,
    /// Whether it is open now; false while it cannot be seen.
    pub open: bool,
}

/// Since when a verdict holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerdictSince {
    /// The verdict.
    pub verdict: Verdict,
    /// Since when.
    pub since: DateTime<Utc>,
    /// While it is Unknown: what it was before, so that passing through Unknown resets nothing.
    pub last_known: Option<(Verdict, DateTime<Utc>)>,
}

/// What a verdict is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Of {
    Profile,
    Section(u8),
    Control(ControlId),
}

/// The fold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    findings: BTreeMap<FindingId, Since>,
    verdicts: BTreeMap<Of, VerdictSince>,
}

impl History {
    /// Takes over a finding from a report written earlier. It counts as unseen until it is judged again.
    pub fn restore_finding(&mut self, id: FindingId, at: DateTime<Utc>, known: bool) {
        let since = Since {
            at,
            known,
            open: false,
        };
        self.findings.insert(id, since);
    }

    /// Takes over a control's verdict from a report written earlier.
    pub fn restore_control(&mut self, control: ControlId, verdict: VerdictSince) {
        self.verdicts.insert(Of::Control(control), verdict);
    }

    /// Takes over a section's verdict from a report written earlier.
    pub fn restore_section(&mut self, section: u8, verdict: VerdictSince) {
        self.verdicts.insert(Of::Section(section), verdict);
    }

    /// Takes over the profile's verdict.
    pub fn restore_profile(&mut self, verdict: VerdictSince) {
        self.verdicts.insert(Of::Profile, verdict);
    }

    /// Folds in what changed. `first` marks the first sight, at which nobody knows since when things are as they are.
    pub fn observe(&mut self, transitions: &[Transition], now: DateTime<Utc>, first: bool) {
        for transition in transitions {
            let id = FindingId {
                check: transition.check,
                subject: transition.subject.clone(),
            };
            match &transition.to {
                Some(Outcome::Fail(_)) => {
                    let fresh = Since {
                        at: now,
                        known: !first,
                        open: true,
                    };
                    self.findings.entry(id).or_insert(fresh).open = true;
                }
                Some(Outcome::Unknown(_)) => {
                    if let Some(since) = self.findings.get_mut(&id) {
                        since.open = false;
                    }
                }
                Some(Outcome::Pass | Outcome::NotApplicable(_)) | None => {
                    self.findings.remove(&id);
                }
            }
        }
    }

    /// Drops restored findings that the first pass has shown to be over: their subject passes or is gone.
    pub fn end_first_pass(&mut self, engine: &Engine) {
        self.findings.retain(|id, since| {
            since.open
                || matches!(
                    engine.outcome(id.check, &id.subject),
                    Some(Outcome::Unknown(_))
                )
                || engine.is_blind_for(&id.subject)
        });
    }

    /// Since when a finding is open, or was when it was last seen.
    #[must_use]
    pub fn finding(&self, id: &FindingId) -> Option<Since> {
        self.findings.get(id).copied()
    }

    /// Findings that were open when last seen and cannot be seen now.
    pub fn unverified(&self) -> impl Iterator<Item = (&FindingId, Since)> {
        self.findings
            .iter()
            .filter(|(_, since)| !since.open)
            .map(|(id, since)| (id, *since))
    }

    /// A control's verdict at `now`, with since when.
    pub fn control(&mut self, id: ControlId, verdict: Verdict, now: DateTime<Utc>) -> VerdictSince {
        self.verdict(Of::Control(id), verdict, now)
    }

    /// A section's verdict at `now`, with since when.
    pub fn section(&mut self, number: u8, verdict: Verdict, now: DateTime<Utc>) -> VerdictSince {
        self.verdict(Of::Section(number), verdict, now)
    }

    /// The profile's verdict at `now`, with since when.
    pub fn profile(&mut self, verdict: Verdict, now: DateTime<Utc>) -> VerdictSince {
        self.verdict(Of::Profile, verdict, now)
    }

    fn verdict(&mut self, of: Of, verdict: Verdict, now: DateTime<Utc>) -> VerdictSince {
        let new = match self.verdicts.get(&of).copied() {
            None => VerdictSince {
                verdict,
                since: now,
                last_known: None,
            },
            Some(held) if held.verdict == verdict => held,
            Some(held) if verdict == Verdict::Unknown => VerdictSince {
                verdict,
                since: now,
                last_known: Some((held.verdict, held.since)),
            },
            Some(held) => VerdictSince {
                verdict,
                since: match held.last_known {
                    Some((known, since)) if known == verdict => since,
                    _ => now,
                },
                last_known: None,
            },
        };
        self.verdicts.insert(of, new);
        new
    }
}
