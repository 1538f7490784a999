//! All objects, and which of them is to be written next. Pure: instants are given, and what is to be sent is handed out.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use super::budget::{Budget, Hold, Lane};
use super::slot::{Class, Slot, Written};
use super::{Desired, Target};

/// Attempts under way at once.
const CONCURRENCY: usize = 8;

/// One attempt to be made.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) target: Target,
    /// What is to stand there; `None` if nothing is.
    pub(super) desired: Option<Arc<Desired>>,
    /// What stands there as far as we know.
    pub(super) written: Option<Written>,
}

/// How an attempt ended.
#[derive(Debug)]
pub(super) enum Outcome {
    /// This stands there now.
    Written(Written),
    /// Nothing stands there now.
    Removed,
    /// It cannot be made here now, as in a namespace that is going away.
    Refused,
    /// A later leader has written there.
    Fenced,
    /// Something else went wrong.
    Failed(String),
}

/// An attempt that ended.
#[derive(Debug)]
pub(super) struct Ended {
    /// The epoch in which it was made.
    pub(super) epoch: i64,
    pub(super) outcome: Outcome,
    /// Versions it made or read.
    pub(super) versions: Vec<String>,
    /// Bytes that it sent and that may have been stored.
    pub(super) sent: u64,
}

/// What was last seen of an object while an attempt was under way.
#[derive(Debug, Default)]
enum News {
    #[default]
    None,
    At(Option<String>),
}

/// An attempt under way.
#[derive(Debug, Default)]
struct Flight {
    hold: Option<Hold>,
    news: News,
    /// It began before we led in this epoch.
    is_stale: bool,
}

/// Every object of ours.
#[derive(Debug)]
pub(super) struct Slots {
    all: BTreeMap<Target, Slot>,
    /// Slots without an attempt under way, by when they are due.
    queue: BTreeSet<(Instant, Target)>,
    /// Where each stands in the queue.
    queued: BTreeMap<Target, Instant>,
    in_flight: BTreeMap<Target, Flight>,
    budget: Budget,
    /// What is left to write before the end, once that has been asked for.
    last: Option<VecDeque<Target>>,
}

impl Slots {
    /// None.
    pub(super) fn new(now: Instant) -> Self {
        Self {
            all: BTreeMap::new(),
            queue: BTreeSet::new(),
            queued: BTreeMap::new(),
            in_flight: BTreeMap::new(),
            budget: Budget::new(now),
            last: None,
        }
    }

    /// This is to stand there, or nothing.
    pub(super) fn set(&mut self, target: &Target, desired: Option<Arc<Desired>>, now: Instant) {
        let slot = self
            .all
            .entry(target.clone())
            .or_insert_with(|| Slot::new(target, now));
        slot.set(desired, now);
        self.enqueue(target);
    }

    /// It is not ours to write any more.
    pub(super) fn forget(&mut self, target: &Target) {
        self.all.remove(target);
        self.enqueue(target);
    }

    /// It was seen at this version, or gone.
    pub(super) fn seen(&mut self, target: &Target, version: Option<String>, now: Instant) {
        let Some(slot) = self.all.get_mut(target) else {
            return;
        };
        // Whether that is ours is known when the attempt has ended.
        if let Some(flight) = self.in_flight.get_mut(target) {
            flight.news = News::At(version);
        } else if !slot.is_ours(version.as_ref()) {
            slot.forget_written(now);
            self.enqueue(target);
        }
    }

    /// We begin to lead.
    pub(super) fn lead(&mut self, now: Instant) {
        for flight in self.in_flight.values_mut() {
            flight.is_stale = true;
        }
        for slot in self.all.values_mut() {
            slot.lead(now);
        }
        let targets: Vec<Target> = self.all.keys().cloned().collect();
        for target in &targets {
            self.enqueue(target);
        }
    }

    /// The end is near: everything that differs is tried once more, and nothing waits.
    pub(super) fn flush(&mut self) {
        let left = self.all.iter().filter(|(target, slot)| {
            // What is under way may differ once it has ended.
            slot.differs() || self.in_flight.contains_key(target)
        });
        self.last = Some(left.map(|(target, _)| target.clone()).collect());
    }

    /// Whether all that was asked for before the end has been tried.
    pub(super) fn is_flushed(&self) -> bool {
        self.last.as_ref().is_some_and(VecDeque::is_empty) && self.in_flight.is_empty()
    }

    /// What is to be sent now, and when to ask again if nothing happens before.
    pub(super) fn start(&mut self, now: Instant) -> (Vec<Job>, Option<Instant>) {
        if let Some(last) = self.last.take() {
            return (self.start_last(last, now), None);
        }
        let mut starting = Vec::new();
        let mut again = None;
        // The first in the line that does not fit stops the line: else the small would overtake the large for ever.
        let mut stopped: BTreeMap<Lane, Instant> = BTreeMap::new();
        for (due, target) in &self.queue {
            if self.in_flight.len() + starting.len() >= CONCURRENCY {
                break;
            }
            if *due > now {
                again = Some(*due);
                break;
            }
            let Some(slot) = self.all.get_mut(target) else {
                continue;
            };
            let lanes: &[Lane] = match slot.class(now) {
                Class::Exempt => {
                    starting.push((target.clone(), None));
                    continue;
                }
                Class::Quiet => &[Lane::Reserve, Lane::Common],
                Class::Noise => &[Lane::Common],
            };
            let size = slot.size();
            for lane in lanes {
                if stopped.contains_key(lane) {
                    continue;
                }
                if let Some(hold) = self.budget.hold(*lane, size, now) {
                    starting.push((target.clone(), Some(hold)));
                    break;
                }
                stopped.insert(*lane, self.budget.ready(*lane, size));
            }
        }
        let again = stopped.into_values().chain(again).min();
        let jobs = starting
            .into_iter()
            .filter_map(|(target, hold)| self.begin(&target, hold, now));
        (jobs.collect(), again)
    }

    fn start_last(&mut self, mut last: VecDeque<Target>, now: Instant) -> Vec<Job> {
        let mut jobs = Vec::new();
        for _ in 0..last.len() {
            if self.in_flight.len() >= CONCURRENCY {
                break;
            }
            let Some(target) = last.pop_front() else {
                break;
            };
            if self.in_flight.contains_key(&target) {
                last.push_back(target);
            } else if self.all.get(&target).is_some_and(Slot::differs) {
                jobs.extend(self.begin(&target, None, now));
            }
        }
        self.last = Some(last);
        jobs
    }

    fn begin(&mut self, target: &Target, hold: Option<Hold>, now: Instant) -> Option<Job> {
        let slot = self.all.get_mut(target)?;
        slot.begin(now);
        let job = Job {
            target: target.clone(),
            desired: slot.desired.clone(),
            written: slot.written.as_ref().map(|(written, _)| written.clone()),
        };
        let flight = Flight {
            hold,
            ..Flight::default()
        };
        self.in_flight.insert(target.clone(), flight);
        self.enqueue(target);
        Some(job)
    }

    /// An attempt has ended.
    pub(super) fn ended(&mut self, target: &Target, ended: Ended, now: Instant) {
        let flight = self.in_flight.remove(target).unwrap_or_default();
        if let Some(hold) = flight.hold {
            self.budget.spend(hold, ended.sent, now);
        }
        let Some(slot) = self.all.get_mut(target) else {
            return;
        };
        slot.know(ended.versions);
        match ended.outcome {
            Outcome::Written(written) => slot.wrote(written, now),
            Outcome::Removed if slot.desired.is_none() => {
                self.all.remove(target);
            }
            // It is wanted again by now.
            Outcome::Removed | Outcome::Fenced => slot.forget_written(now),
            Outcome::Refused | Outcome::Failed(_) => slot.failed(now),
        }
        if let Some(slot) = self.all.get_mut(target) {
            if flight.is_stale {
                slot.lead(now);
            } else if let News::At(version) = flight.news
                && !slot.is_ours(version.as_ref())
            {
                slot.forget_written(now);
            }
        }
        self.enqueue(target);
    }

    /// Puts a slot where it belongs in the queue now.
    fn enqueue(&mut self, target: &Target) {
        if let Some(due) = self.queued.remove(target) {
            self.queue.remove(&(due, target.clone()));
        }
        if self.in_flight.contains_key(target) {
            return;
        }
        if let Some(due) = self.all.get(target).and_then(Slot::due) {
            self.queued.insert(target.clone(), due);
            self.queue.insert((due, target.clone()));
        }
    }
}

#[cfg(test)]
mod tests;
