//! One object: what is to stand there, what does as far as we know, and when the difference is to be written.

use std::collections::{BTreeMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::bucket::Bucket;
use super::standing::Ready;
use super::{Desired, Target};

/// Longest until `verifiedAt` is rewritten when nothing changes; readers are promised ten minutes.
const VERIFY: Duration = Duration::from_mins(9);
/// Objects are spread over so many seconds before that, so that what was written all at once is not due all at once.
const SPREAD: u64 = 180;
/// How long counters may lag.
const COUNTERS: Duration = Duration::from_secs(30);
/// Time in which one more write is earned.
const WRITES: Duration = Duration::from_secs(1);
/// Time in which one change is forgotten.
const CHANGES: Duration = Duration::from_secs(12);
/// Changes left of five to an object that counts as quiet.
const QUIET: u32 = 3;
/// How many versions of ours are remembered an object: more than can be under way in the watch.
const OURS: usize = 16;

/// What stands there, as far as we know.
#[derive(Debug, Clone)]
pub(super) struct Written {
    /// Its resourceVersion.
    pub(super) version: Option<String>,
    pub(super) urgent: u64,
    pub(super) calm: u64,
    /// How `Ready` stands there.
    pub(super) ready: Option<Ready>,
}

/// Who may write first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// It does not wait for bytes.
    ///
    /// Removals store nothing. And the first writes of a leader would take minutes on a large cluster, in which it would show
    /// what its predecessor saw: they are bounded by themselves, one for each object that was known when it began to lead.
    /// They are not charged either, since the debt would hold up real changes for as long. What comes later for the
    /// first time, such as the findings of a new namespace, is a change like others: those can come without end.
    Exempt,
    /// A change of an object that has changed little of late.
    Quiet,
    /// Changes of an object that keeps changing, and `verifiedAt`.
    Noise,
    /// Counters, which can wait until the others have written.
    Counters,
}

/// One object's schedule.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) desired: Option<Arc<Desired>>,
    pub(super) written: Option<(Written, Instant)>,
    /// Earned writes.
    writes: Bucket,
    /// How much it has changed of late. Not how much was written of it: that falls when bytes are short, and what keeps
    /// changing would look quiet.
    changes: Bucket,
    /// Versions that we made or read before we wrote: seeing one of them come by is no news.
    ours: VecDeque<String>,
    /// Since when something urgent is to be written.
    waiting: Option<Instant>,
    /// Earliest next try after a failure.
    not_before: Option<Instant>,
    /// When counters are tried again for which there was no room.
    put_off: Option<Instant>,
    failures: u32,
    /// Since when it is to be removed, if nobody has tried to yet.
    pub(super) unwanted: Option<Instant>,
    /// Where its last write of each class ended in the line of that class.
    pub(super) ends: BTreeMap<Class, u64>,
    /// Nothing has been written since we lead of what was to stand there when we began to.
    first: bool,
    verify: Duration,
}

impl Slot {
    /// One of which nothing is known.
    pub(super) fn new(target: &Target, now: Instant) -> Self {
        let mut hasher = DefaultHasher::new();
        target.hash(&mut hasher);
        Self {
            desired: None,
            written: None,
            writes: Bucket::new(WRITES, now),
            changes: Bucket::new(CHANGES, now),
            ours: VecDeque::new(),
            waiting: None,
            not_before: None,
            put_off: None,
            ends: BTreeMap::new(),
            failures: 0,
            unwanted: None,
            first: false,
            verify: VERIFY.saturating_sub(Duration::from_secs(hasher.finish() % SPREAD)),
        }
    }

    /// This is to stand there, or nothing.
    pub(super) fn set(&mut self, desired: Option<Arc<Desired>>, now: Instant) {
        let urgent =
            |desired: &Option<Arc<Desired>>| desired.as_ref().map(|desired| desired.urgent);
        if urgent(&self.desired) != urgent(&desired) {
            self.changes.take(now);
        }
        self.unwanted = desired.is_none().then_some(now);
        self.desired = desired;
        self.wait(now);
    }

    /// What stands there is not known any more.
    pub(super) fn forget_written(&mut self, now: Instant) {
        self.written = None;
        self.wait(now);
    }

    /// We begin to lead: what another leader wrote meanwhile is not ours.
    pub(super) fn lead(&mut self, now: Instant) {
        self.first = true;
        self.forget_written(now);
    }

    /// Whether it is no news that it stands at this version.
    pub(super) fn is_ours(&self, version: Option<&String>) -> bool {
        version.is_some_and(|version| self.ours.contains(version))
    }

    /// These versions we have made or read.
    pub(super) fn know(&mut self, versions: Vec<String>) {
        self.ours.extend(versions);
        let surplus = self.ours.len().saturating_sub(OURS);
        self.ours.drain(..surplus);
    }

    /// It was written.
    pub(super) fn wrote(&mut self, written: Written, now: Instant) {
        self.first = false;
        self.failures = 0;
        self.not_before = None;
        self.put_off = None;
        self.written = Some((written, now));
        self.waiting = None;
        self.wait(now);
    }

    /// It could not be written.
    pub(super) fn failed(&mut self, now: Instant) {
        self.failures = self.failures.saturating_add(1);
        let wait = Duration::from_millis(250) * 2_u32.pow(self.failures.min(6));
        self.not_before = Some(now + wait);
        self.forget_written(now);
    }

    fn wait(&mut self, now: Instant) {
        let urgent = match (&self.desired, &self.written) {
            (Some(desired), Some((written, _))) => desired.urgent != written.urgent,
            _ => true,
        };
        self.waiting = urgent.then(|| self.waiting.unwrap_or(now));
    }

    /// When it is to be written next.
    pub(super) fn due(&self) -> Option<Instant> {
        let at = match (self.waiting, &self.desired, &self.written) {
            (Some(waiting), ..) => waiting,
            (None, Some(desired), Some((written, at))) if desired.calm != written.calm => {
                let at = *at;
                self.put_off.unwrap_or(at + COUNTERS).min(at + self.verify)
            }
            (None, Some(_), Some((_, at))) => *at + self.verify,
            _ => return None,
        };
        let at = self.not_before.map_or(at, |not_before| at.max(not_before));
        Some(at.max(self.writes.ready()))
    }

    /// Whether what is to stand there differs from what does.
    pub(super) fn differs(&self) -> bool {
        match (&self.desired, &self.written) {
            (Some(desired), Some((written, _))) => desired.calm != written.calm,
            _ => true,
        }
    }

    /// Who it is among those that are due.
    pub(super) fn class(&mut self, now: Instant) -> Class {
        let verify = self.verify;
        let is_old = |at: Instant| now >= at + verify;
        if self.desired.is_none() || self.first {
            Class::Exempt
        } else if self.waiting.is_some() && self.changes.left(now) >= QUIET {
            Class::Quiet
        } else if self.waiting.is_some() || self.written.as_ref().is_none_or(|(_, at)| is_old(*at))
        {
            Class::Noise
        } else {
            Class::Counters
        }
    }

    /// There is no room for counters now.
    pub(super) fn put_off(&mut self, now: Instant) {
        self.put_off = Some(now + COUNTERS);
    }

    /// Bytes that a write sends at most.
    pub(super) fn size(&self) -> u64 {
        self.desired.as_ref().map_or(0, |desired| desired.size)
    }

    /// An attempt begins.
    pub(super) fn begin(&mut self, now: Instant) {
        self.unwanted = None;
        self.writes.take(now);
    }
}
