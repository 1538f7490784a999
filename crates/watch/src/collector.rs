//! Collectors: how a source of evidence is asked, round by round.

use std::time::Duration;

use assay_inventory::view::Text;
use assay_inventory::{Blind, Delta, Evidence, EvidenceKey, EvidenceKind, Fact};
use chrono::Utc;
use tokio::sync::mpsc::Sender;
use tokio::time::Instant;

use crate::wanted::{Wants, interval};

/// A source that tells of the cluster as a whole.
pub(crate) trait Collector: Send + 'static {
    /// The source.
    const SOURCE: EvidenceKind;
    /// Time between two rounds.
    const INTERVAL: Duration;

    /// Asks once. The error says what is missing: the rule in Assay's roles, or the way through the network.
    fn collect(&self) -> impl Future<Output = Result<Fact, Blind>> + Send;
}

/// Asks round by round until nobody listens.
pub(crate) async fn run<C: Collector>(collector: C, mut wants: Wants, deltas: Sender<Delta>) {
    while deltas.send(look(&collector).await).await.is_ok() {
        let asked = Instant::now();
        loop {
            let due = asked + interval(C::INTERVAL, wants.borrow_and_update().as_ref());
            tokio::select! {
                () = tokio::time::sleep_until(due) => break,
                // A profile may want it sooner. Once nobody tells any more, the time alone counts.
                Ok(()) = wants.changed() => {}
            }
        }
    }
}

async fn look<C: Collector>(collector: &C) -> Delta {
    let key = EvidenceKey::cluster(C::SOURCE);
    delta(key, collector.collect().await)
}

/// What a source said, or did not, as a delta.
pub(crate) fn delta(key: EvidenceKey, answer: Result<Fact, Blind>) -> Delta {
    match answer {
        Ok(fact) => Delta::Collected(Evidence {
            about: Text::clone(&key.about),
            at: Utc::now(),
            fact,
        }),
        Err(blind) => Delta::NotCollected { key, blind },
    }
}
