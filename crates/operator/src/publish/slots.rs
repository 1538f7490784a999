//! All objects, and which of them is to be written next. Pure: instants are given, and what is to be sent is handed out.

mod listed;
mod turn;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::budget::{Budget, Hold, Lane};
use super::line::{Line, Place};
use super::slot::{Class, Slot, Written};
use super::{Desired, Target};
use turn::{Round, Turn};

/// Attempts under way at once.
const CONCURRENCY: usize = 8;
/// How long what is to be removed is kept though nobody tries. A leader tries within seconds.
const UNTRIED: Duration = Duration::from_mins(20);

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

/// A line of objects of one class, and the lane that is first tried for them.
type LineKey = (Class, Lane);

/// Where a slot stands that has no attempt under way.
#[derive(Debug, Clone, Copy)]
enum Standing {
    /// It is due then.
    Queued(Instant),
    /// It is due, and has that place in that line.
    InLine(LineKey, Place),
}

/// Every object of ours.
#[derive(Debug)]
pub(super) struct Slots {
    all: BTreeMap<Target, Slot>,
    /// Slots without an attempt under way that are not due yet, by when they are.
    queue: BTreeSet<(Instant, Target)>,
    /// Slots without an attempt under way that are due, in lines by who may write first and from which lane.
    lines: BTreeMap<LineKey, Line>,
    /// Where each of them stands.
    standing: BTreeMap<Target, Standing>,
    in_flight: BTreeMap<Target, Flight>,
    /// What was to be removed, and since when, the oldest first.
    unwanted: VecDeque<(Instant, Target)>,
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
            lines: BTreeMap::new(),
            standing: BTreeMap::new(),
            in_flight: BTreeMap::new(),
            unwanted: VecDeque::new(),
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
        if slot.unwanted.is_some() {
            self.unwanted.push_back((now, target.clone()));
        }
        self.place(target, now);
        self.forget_untried(now);
    }

    /// Forgets what nobody has tried to remove. A standby tries nothing, and something of every namespace that came and went
    /// would be left. When it begins to lead, it is told anew of all that stands and is not wanted.
    fn forget_untried(&mut self, now: Instant) {
        let is_old = |(since, _): &(Instant, Target)| *since + UNTRIED <= now;
        while self.unwanted.front().is_some_and(is_old)
            && let Some((since, target)) = self.unwanted.pop_front()
        {
            let slot = self.all.get(&target);
            if slot.is_some_and(|slot| slot.unwanted == Some(since)) {
                self.forget(&target);
            }
        }
    }

    /// It is not ours to write any more.
    pub(super) fn forget(&mut self, target: &Target) {
        self.all.remove(target);
        self.displace(target);
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
            self.place(target, now);
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
            self.place(target, now);
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
        while let Some((due, target)) = self.queue.first().cloned()
            && due <= now
        {
            self.place(&target, now);
        }
        let mut jobs = Vec::new();
        let mut round = Round::default();
        let keys: Vec<LineKey> = self.lines.keys().copied().collect();
        for key in keys {
            while self.in_flight.len() < CONCURRENCY
                && let Some(target) = self.first(key, now)
            {
                match self.turn(&target, key.0, &mut round, now) {
                    Turn::Goes(hold) => jobs.extend(self.begin(&target, hold, now)),
                    Turn::PutOff => self.put_off(&target, now),
                    Turn::Waits => break,
                }
            }
        }
        let mut again = None;
        if self.in_flight.len() < CONCURRENCY {
            let next = self.queue.first().map(|(due, _)| *due);
            again = round.ready.into_iter().chain(next).min();
        }
        (jobs, again)
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
        self.has_its_turn(target);
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
        Some(job)
    }

    /// It goes out of its line, or out of all turns at the end.
    fn has_its_turn(&mut self, target: &Target) {
        let size = self.all.get(target).map_or(0, Slot::size);
        if let Some(Standing::InLine(key, place)) = self.standing.get(target)
            && let Some(line) = self.lines.get_mut(key)
        {
            let end = line.serve(*place, size);
            if let Some(slot) = self.all.get_mut(target) {
                slot.ends.insert(key.0, end);
            }
            self.standing.remove(target);
            return;
        }
        self.displace(target);
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
        self.place(target, now);
    }

    /// Puts a slot where it belongs now. One that is in the right line keeps its place there.
    fn place(&mut self, target: &Target, now: Instant) {
        let due = (!self.in_flight.contains_key(target))
            .then(|| self.all.get(target).and_then(Slot::due))
            .flatten();
        let (Some(due), Some(slot)) = (due, self.all.get_mut(target)) else {
            return self.displace(target);
        };
        if due > now {
            self.displace(target);
            self.queue.insert((due, target.clone()));
            self.standing.insert(target.clone(), Standing::Queued(due));
            return;
        }
        let key = match slot.class(now) {
            Class::Quiet => (Class::Quiet, Lane::Reserve),
            class => (class, lane_of(target)),
        };
        if matches!(self.standing.get(target), Some(Standing::InLine(line, _)) if *line == key) {
            return;
        }
        let end = match key.0 {
            class @ (Class::Quiet | Class::Noise) => slot.ends.get(&class).copied(),
            Class::Exempt | Class::Counters => None,
        };
        let size = slot.size();
        self.displace(target);
        let place =
            self.lines
                .entry(key)
                .or_default()
                .join(target.clone(), size, end.unwrap_or(0), now);
        self.standing
            .insert(target.clone(), Standing::InLine(key, place));
    }

    /// Takes a slot out of queue and lines.
    fn displace(&mut self, target: &Target) {
        match self.standing.remove(target) {
            Some(Standing::Queued(due)) => _ = self.queue.remove(&(due, target.clone())),
            Some(Standing::InLine(key, place)) => {
                let line = self.lines.entry(key).or_default();
                line.leave(place);
            }
            None => {}
        }
    }
}

/// The lane of an object that keeps changing.
const fn lane_of(target: &Target) -> Lane {
    match target {
        Target::Report(_) | Target::Profile(_) => Lane::Reports,
        Target::Findings(..) => Lane::Findings,
    }
}

#[cfg(test)]
mod tests;
