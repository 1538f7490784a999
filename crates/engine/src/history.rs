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
    /// Takes over since when a finding is open from a report written earlier, by this process or another, as it stood at `read`.
    /// What is not open here counts as unseen until it is judged again; what has begun anew since then stays so.
    pub fn adopt_finding(
        &mut self,
        id: FindingId,
        theirs: DateTime<Utc>,
        known: bool,
        read: DateTime<Utc>,
    ) {
        let ours = self.findings.get(&id);
        if ours.is_some_and(|ours| ours.known && ours.at >= read) {
            return;
        }
        let open = ours.is_some_and(|since| since.open);
        let at = theirs;
        self.findings.insert(id, Since { at, known, open });
    }

    /// Takes over since when a control has its verdict, as it stood at `read`.
    pub fn adopt_control(
        &mut self,
        control: ControlId,
        verdict: VerdictSince,
        read: DateTime<Utc>,
    ) {
        self.adopt(Of::Control(control), verdict, read);
    }

    /// Takes over since when a section has its verdict, as it stood at `read`.
    pub fn adopt_section(&mut self, section: u8, verdict: VerdictSince, read: DateTime<Utc>) {
        self.adopt(Of::Section(section), verdict, read);
    }

    /// Takes over since when the profile has its verdict, as it stood at `read`.
    pub fn adopt_profile(&mut self, verdict: VerdictSince, read: DateTime<Utc>) {
        self.adopt(Of::Profile, verdict, read);
    }

    fn adopt(&mut self, of: Of, theirs: VerdictSince, read: DateTime<Utc>) {
        let adopted = match self.verdicts.get(&of).copied() {
            // It changed, and may have changed back, after they were read.
            Some(ours) if ours.since >= read => return,
            Some(ours) if ours.verdict == theirs.verdict => theirs,
            // We cannot see now what they saw last.
            Some(ours) if ours.verdict == Verdict::Unknown => VerdictSince {
                last_known: Some((theirs.verdict, theirs.since)),
                ..ours
            },
            Some(ours) => match theirs.last_known {
                Some((verdict, since)) if verdict == ours.verdict => VerdictSince { since, ..ours },
                _ => ours,
            },
            None => theirs,
        };
        self.verdicts.insert(of, adopted);
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
                        known: !first && transition.witnessed,
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

    /// Drops adopted findings that judging has shown to be over: their subject passes or is gone. To be called when the
    /// first pass has ended, after adopting, and whenever [`Engine::take_regained`] says so: what vanished while nobody
    /// could see it makes no transition.
    pub fn drop_unconfirmed(&mut self, engine: &Engine) {
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
