//! Collectors: how a source of evidence is asked, round by round.

use std::time::Duration;

use assay_inventory::view::Text;
use assay_inventory::{Blind, Delta, Evidence, EvidenceKey, EvidenceKind, Fact};
use chrono::Utc;
use tokio::sync::mpsc::Sender;
use tokio::time::Instant;

use crate::wanted::{Wanted, Wants, interval};

/// A source that tells of the cluster as a whole.
pub(crate) trait Collector: Send + 'static {
    /// The source.
    const SOURCE: EvidenceKind;
    /// Time between two rounds.
    const INTERVAL: Duration;

    /// Whether the profiles want it asked; `None` while that is not known.
    fn is_wanted(_: Option<&Wanted>) -> Option<bool> {
        Some(true)
    }

    /// Asks once. The error says what is missing: the rule in Assay's roles, or the way through the network.
    fn collect(&self) -> impl Future<Output = Result<Fact, Blind>> + Send;
}

/// Asks round by round until nobody listens, and nothing while no profile wants it.
pub(crate) async fn run<C: Collector>(collector: C, mut wants: Wants, deltas: Sender<Delta>) {
    let mut asked: Option<Instant> = None;
    loop {
        let wanted = wants.borrow_and_update().clone();
        let is_wanted = C::is_wanted(wanted.as_ref());
        let now = Instant::now();
        let due = asked.map_or(now, |asked| asked + interval(C::INTERVAL, wanted.as_ref()));
        if is_wanted == Some(true) && due <= now {
            if deltas.send(look(&collector).await).await.is_err() {
                return;
            }
            asked = Some(Instant::now());
            continue;
        }
        // Where nothing is wanted, there is nothing to wait for.
        let nothing = Delta::RoundEnded(C::SOURCE);
        if is_wanted == Some(false) && deltas.send(nothing).await.is_err() {
            return;
        }
        tokio::select! {
            () = tokio::time::sleep_until(due), if is_wanted == Some(true) => {}
            // A profile may want it sooner, or at all. Once nobody tells any more, the time alone counts.
            Ok(()) = wants.changed() => {}
            () = deltas.closed() => return,
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

#[cfg(test)]
mod tests {
    use tokio::sync::{mpsc, watch};

    use super::*;

    /// Answers at once, where a profile wants it.
    struct OnDemand;

    impl Collector for OnDemand {
        const SOURCE: EvidenceKind = EvidenceKind::SecretTypes;
        const INTERVAL: Duration = Duration::from_mins(5);

        fn is_wanted(wanted: Option<&Wanted>) -> Option<bool> {
            wanted.map(|wanted| wanted.secret_types)
        }

        async fn collect(&self) -> Result<Fact, Blind> {
            Err(Blind::new(assay_inventory::Reason::Unreachable, "asked"))
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_source_is_asked_while_a_profile_wants_it_and_not_before() {
        let (tell, wants) = watch::channel(None);
        let (send, mut deltas) = mpsc::channel(16);
        tokio::spawn(run(OnDemand, wants, send));
        let hour = Duration::from_hours(1);
        let says = tokio::time::timeout(hour, deltas.recv()).await;
        assert!(says.is_err(), "no profile is known yet: {says:?}");
        let wanted = |secret_types| {
            Some(Wanted {
                secret_types,
                ..Wanted::default()
            })
        };
        tell.send_replace(wanted(false));
        assert!(matches!(deltas.recv().await, Some(Delta::RoundEnded(_))));
        let says = tokio::time::timeout(hour, deltas.recv()).await;
        assert!(says.is_err(), "no profile wants it: {says:?}");
        tell.send_replace(wanted(true));
        let begun = Instant::now();
        for minutes in [0, 5, 10] {
            let says = deltas.recv().await;
            assert!(matches!(says, Some(Delta::NotCollected { .. })), "{says:?}");
            assert_eq!(begun.elapsed().as_secs(), minutes * 60);
        }
        tell.send_replace(wanted(false));
        assert!(matches!(deltas.recv().await, Some(Delta::RoundEnded(_))));
        let says = tokio::time::timeout(hour, deltas.recv()).await;
        assert!(says.is_err(), "no profile wants it any more: {says:?}");
    }
}
