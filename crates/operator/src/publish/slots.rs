//! All objects, and which of them is to be written next. Pure: instants are given, and what is to be sent is handed out.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use super::budget::{Budget, Hold, Lane, SPARE};
use super::line::{Line, Place};
use super::slot::{Class, Slot, Written};
use super::{Desired, Target};

/// Attempts under way at once.
const CONCURRENCY: usize = 8;

/// Most of a lane that noise leaves for what is smaller.
const SMALL: u64 = 64 * 1024;

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

/// What becomes of the first in a line.
#[derive(Debug)]
enum Turn {
    /// It goes, on these bytes if it needs any.
    Goes(Option<Hold>),
    /// It tries again later, and lets the next one try.
    PutOff,
    /// There are no bytes for it yet.
    Waits,
}

/// What was met while all lines were gone through once.
#[derive(Debug, Default)]
struct Round {
    /// Lanes that somebody waits for whom those behind must not overtake.
    stopped: BTreeSet<Lane>,
    /// When the first of those who wait has its bytes.
    ready: Option<Instant>,
}

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
        self.place(target, now);
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

    /// Whose turn it is in a line.
    fn first(&self, key: LineKey, now: Instant) -> Option<Target> {
        self.lines.get(&key)?.first(now).cloned()
    }

    /// Whether the first in a line has its turn now.
    fn turn(&mut self, target: &Target, class: Class, round: &mut Round, now: Instant) -> Turn {
        let size = self.all.get(target).map_or(0, Slot::size);
        let own = lane_of(target);
        // What is large leaves room for what is not, which would wait for the lane to fill again else.
        let small = size.min(SMALL);
        // The lane, what is to be left in it, and whether those behind wait for it too: else the small would overtake the large for ever.
        let tries: &[(Lane, u64, bool)] = match class {
            Class::Exempt => return Turn::Goes(None),
            // Those that wait for bytes of a lane must get them.
            Class::Quiet if self.is_awaited(own) => &[(Lane::Reserve, 0, true)],
            Class::Quiet => &[(Lane::Reserve, 0, true), (own, 0, true)],
            Class::Noise if self.is_awaited(own.other()) => &[(own, small, true)],
            Class::Noise => &[(own, small, true), (own.other(), SPARE, false)],
            Class::Counters => &[(own, SPARE, false)],
        };
        for (lane, spare, stops) in tries {
            if round.stopped.contains(lane) {
                continue;
            }
            if let Some(hold) = self.budget.hold(*lane, size, *spare, now) {
                return Turn::Goes(Some(hold));
            }
            let ready = self.budget.ready(*lane, size + spare);
            round.ready = Some(round.ready.map_or(ready, |before| before.min(ready)));
            if *stops {
                round.stopped.insert(*lane);
            }
        }
        if class == Class::Counters {
            Turn::PutOff
        } else {
            Turn::Waits
        }
    }

    /// Whether some that keep changing wait for bytes of this lane.
    fn is_awaited(&self, lane: Lane) -> bool {
        let noise = self.lines.get(&(Class::Noise, lane));
        noise.is_some_and(|noise| !noise.is_empty())
    }

    fn put_off(&mut self, target: &Target, now: Instant) {
        if let Some(slot) = self.all.get_mut(target) {
            slot.put_off(now);
        }
        self.place(target, now);
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
