//! From changes to verdicts: which subjects a change concerns, what each check says of them, what that makes of a control.
//!
//! Pure: no I/O, no clock. The same facts, profile and instant give the same verdicts, in whatever order they arrived;
//! [`full`] computes them from scratch, and the property tests hold [`Engine`] to it.

mod decide;
mod due;
mod engine;
mod failing;
mod findings;
mod history;
mod judging;
mod outcomes;
mod profile;
mod rank;
mod readers;
mod rejudging;
mod remedies;
mod statements;
mod tally;
mod touched;
mod verdict;

pub use engine::Engine;
pub use findings::Finding;
pub use history::{FindingId, History, Since, VerdictSince};
pub use judging::Outcome;
pub use profile::{CheckSetting, Membership, Profile, Scope, ScopeClass};
pub use rank::Rank;
pub use remedies::Remedy;
pub use statements::{Standing, StatementState, Statements};
pub use tally::{Counts, FindingCounts};
pub use touched::{Touched, Transition};
pub use verdict::{
    Basis, CheckState, CheckStatus, ControlCounts, ControlState, SectionState, Verdict,
};

use assay_inventory::Inventory;
use chrono::{DateTime, Utc};

/// A full evaluation: every subject judged once, at `now`.
#[must_use]
pub fn full(inventory: &Inventory, profile: Profile, now: DateTime<Utc>) -> Engine {
    let mut engine = Engine::new(profile);
    engine.mark_all(inventory);
    while engine.settle(inventory, now, usize::MAX) {}
    engine
}
