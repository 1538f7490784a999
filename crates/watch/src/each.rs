//! One by one: asking each of many in its turn, so that neither a large cluster nor one that hangs stalls or floods anything.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use assay_inventory::view::{Object, Text};
use assay_inventory::{Blind, Delta, EvidenceKey, EvidenceKind, Fact, Kind};
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use tokio::sync::mpsc::Sender;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::Backoff;
use crate::collector::delta;
use crate::wanted::{Wanted, Wants, interval};

/// One that does not answer is asked again after this long at first.
const RETRY: Duration = Duration::from_secs(15);
/// One that has changed is asked again after this long: changes that come together are one.
const SETTLE: Duration = Duration::from_secs(1);

/// What is asked one by one: what has to be known of each to ask it, as the watch of its kind shows it.
pub(crate) trait Asked: Clone + PartialEq + Send + Sync + 'static {
    /// The kind of object it is.
    const KIND: Kind;
    /// How many are asked at once.
    const AT_ONCE: usize;
    /// Longest that one may take to answer, connecting included.
    const TIMEOUT: Duration;

    /// What is known of an object of that kind.
    fn of(object: &Object) -> Option<Self>;

    /// Whether it can be asked now.
    fn is_ready(&self) -> bool;

    /// What to say if it takes longer than it may.
    fn silent(&self) -> Blind;
}

/// What a delta says of those who are asked.
pub(crate) enum News<T> {
    There(Text, T),
    Gone(Text),
    ListBegins,
    /// Whoever it did not mention is gone.
    ListEnds,
    /// There is no list, or it is not whole: nobody is known to be gone.
    NoList,
}

impl<T: Asked> News<T> {
    /// What there is in a delta; nothing in those of other kinds.
    pub(crate) fn of(delta: &Delta) -> Option<Self> {
        match delta {
            Delta::Upsert {
                kind,
                key,
                object: Ok(object),
            } if *kind == T::KIND => Some(Self::There(key.name.clone(), T::of(object)?)),
            Delta::Delete { kind, key } if *kind == T::KIND => Some(Self::Gone(key.name.clone())),
            Delta::Relist(kind) if *kind == T::KIND => Some(Self::ListBegins),
            Delta::Listed(kind) if *kind == T::KIND => Some(Self::ListEnds),
            Delta::Lost { kind, .. } if *kind == T::KIND => Some(Self::NoList),
            _ => None,
        }
    }
}

/// Those who may be asked, as the watch of their kind tells.
#[derive(Debug)]
pub(crate) struct Each<T> {
    known: Arc<Mutex<Known<T>>>,
    /// Whether the first list is whole, or was refused.
    listed: Arc<watch::Sender<bool>>,
}

#[derive(Debug)]
struct Known<T> {
    all: BTreeMap<Text, Present<T>>,
    /// How many changes there were.
    changes: u64,
    /// How many lists have begun.
    lists: u64,
}

/// One of them as it is.
#[derive(Debug, Clone)]
struct Present<T> {
    it: T,
    /// Which change made it so: it may have been another in between, and look the same.
    change: u64,
    /// Which list was the last when it was seen last.
    list: u64,
}

impl<T> Clone for Each<T> {
    fn clone(&self) -> Self {
        Self {
            known: Arc::clone(&self.known),
            listed: Arc::clone(&self.listed),
        }
    }
}

impl<T: Asked> Each<T> {
    /// Nobody.
    pub(crate) fn new() -> Self {
        let known = Known {
            all: BTreeMap::new(),
            changes: 0,
            lists: 0,
        };
        Self {
            known: Arc::new(Mutex::new(known)),
            listed: Arc::new(watch::channel(false).0),
        }
    }

    /// Notes what the watch has said. Only after the delta itself was sent: an answer must not overtake the object it is
    /// about.
    pub(crate) fn note(&self, news: Option<News<T>>) {
        let Some(news) = news else {
            return;
        };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        match news {
            News::There(name, it) => {
                let list = known.lists;
                if let Some(present) = known.all.get_mut(&name)
                    && present.it == it
                {
                    present.list = list;
                    return;
                }
                known.changes += 1;
                let change = known.changes;
                known.all.insert(name, Present { it, change, list });
            }
            News::Gone(name) => {
                known.all.remove(&name);
            }
            News::ListBegins => known.lists += 1,
            News::ListEnds => {
                let list = known.lists;
                known.all.retain(|_, present| present.list == list);
                self.listed.send_replace(true);
            }
            News::NoList => {
                self.listed.send_replace(true);
            }
        }
    }

    fn ready(&self, is_wanted: impl Fn(&T) -> bool) -> BTreeMap<Text, Present<T>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let ready = known
            .all
            .iter()
            .filter(|(_, present)| present.it.is_ready() && is_wanted(&present.it));
        ready
            .map(|(name, present)| (name.clone(), present.clone()))
            .collect()
    }
}

/// A source that tells of each for itself.
pub(crate) trait EachCollector: Send + Sync + 'static {
    /// Who is asked.
    type Of: Asked;
    /// The source.
    const SOURCE: EvidenceKind;
    /// Time between two questions to one that answers.
    const INTERVAL: Duration;

    /// Whether the profiles want this one asked.
    fn is_wanted(_: &Wanted, _: &Self::Of) -> bool {
        true
    }

    /// Asks one once.
    fn collect(&self, one: &Self::Of) -> impl Future<Output = Result<Fact, Blind>> + Send;
}

/// When one is asked next.
struct Turn {
    /// When it was asked last; `None` if it never was.
    asked: Option<Instant>,
    /// Which change had made it what it was when it was asked last.
    change: u64,
    /// How long to wait after that, where it did not answer.
    retry: Option<Duration>,
    backoff: Backoff,
    under_way: bool,
}

impl Turn {
    fn is_due(&self, change: u64, now: Instant, interval: Duration) -> bool {
        let mut wait = self.retry.map_or(interval, |retry| retry.min(interval));
        if self.change != change {
            wait = wait.min(SETTLE);
        }
        !self.under_way && self.asked.is_none_or(|asked| asked + wait <= now)
    }
}

/// Asks everyone who is ready round by round, until nobody listens. Who is new is asked at once, who has changed soon; the others are
/// spread over the interval as their answers came. Nobody is asked before it is known what the profiles want.
pub(crate) async fn run<C: EachCollector>(
    collector: C,
    each: Each<C::Of>,
    mut wants: Wants,
    deltas: Sender<Delta>,
) {
    let mut listed = each.listed.subscribe();
    if listed.wait_for(|listed| *listed).await.is_err()
        || wants.wait_for(Option::is_some).await.is_err()
    {
        return;
    }
    let mut turns: BTreeMap<Text, Turn> = BTreeMap::new();
    let mut asked = FuturesUnordered::new();
    let mut first_round = true;
    let mut tick = tokio::time::interval(Duration::from_secs(1));
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        let wanted = wants.borrow().clone();
        let interval = interval(C::INTERVAL, wanted.as_ref());
        let ready = each.ready(|one| {
            wanted
                .as_ref()
                .is_some_and(|wanted| C::is_wanted(wanted, one))
        });
        let names: Vec<Text> = if first_round {
            ready.keys().cloned().collect()
        } else {
            Vec::new()
        };
        turns.retain(|name, turn| turn.under_way || ready.contains_key(name));
        let now = Instant::now();
        let mut due = Vec::new();
        for (name, Present { it, change, .. }) in ready {
            let turn = turns.entry(name.clone()).or_insert_with(|| Turn {
                asked: None,
                change,
                retry: None,
                backoff: Backoff::new(RETRY, C::INTERVAL),
                under_way: false,
            });
            if turn.is_due(change, now, interval) {
                due.push((turn.asked, change, name, it));
            }
        }
        // Who was never asked comes first, then who has waited longest. By name, those in front would be due again before
        // those behind them were asked at all, wherever many do not answer.
        due.sort_by_key(|(last, ..)| *last);
        let free = C::Of::AT_ONCE.saturating_sub(asked.len());
        for (_, change, name, it) in due.into_iter().take(free) {
            if let Some(turn) = turns.get_mut(&name) {
                turn.under_way = true;
                turn.change = change;
            }
            let collector = &collector;
            asked.push(async move { (name, ask(collector, &it).await) });
        }
        let has_answered = |name: &Text| turns.get(name).is_some_and(|turn| turn.asked.is_some());
        if first_round && names.iter().all(has_answered) {
            first_round = false;
            if deltas.send(Delta::RoundEnded(C::SOURCE)).await.is_err() {
                return;
            }
        }
        tokio::select! {
            Some((name, answer)) = asked.next() => {
                if let Some(turn) = turns.get_mut(&name) {
                    turn.under_way = false;
                    turn.asked = Some(Instant::now());
                    turn.retry = match &answer {
                        Ok(_) => {
                            turn.backoff.reset();
                            None
                        }
                        Err(_) => Some(turn.backoff.next_wait()),
                    };
                }
                let key = EvidenceKey::about(C::SOURCE, &name);
                if deltas.send(delta(key, answer)).await.is_err() {
                    return;
                }
            }
            _ = tick.tick() => {}
            () = deltas.closed() => return,
        }
    }
}

async fn ask<C: EachCollector>(collector: &C, one: &C::Of) -> Result<Fact, Blind> {
    tokio::time::timeout(C::Of::TIMEOUT, collector.collect(one))
        .await
        .unwrap_or_else(|_| Err(one.silent()))
}

#[cfg(test)]
mod tests;
