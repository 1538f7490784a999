//! Whether there are bytes for the first in a line, and who has to wait for them.

use std::collections::BTreeSet;
use std::time::Instant;

use super::{LineKey, Slots, lane_of};
use crate::publish::Target;
use crate::publish::budget::{Hold, Lane, SPARE};
use crate::publish::slot::{Class, Slot};

/// Most of a lane that noise leaves for what is smaller.
const SMALL: u64 = 64 * 1024;

/// What becomes of the first in a line.
#[derive(Debug)]
pub(super) enum Turn {
    /// It goes, on these bytes if it needs any.
    Goes(Option<Hold>),
    /// It tries again later, and lets the next one try.
    PutOff,
    /// There are no bytes for it yet.
    Waits,
}

/// What was met while all lines were gone through once.
#[derive(Debug, Default)]
pub(super) struct Round {
    /// Lanes that somebody waits for whom those behind must not overtake.
    stopped: BTreeSet<Lane>,
    /// When the first of those who wait has its bytes.
    pub(super) ready: Option<Instant>,
}

impl Slots {
    /// Whose turn it is in a line.
    pub(super) fn first(&self, key: LineKey, now: Instant) -> Option<Target> {
        self.lines.get(&key)?.first(now).cloned()
    }

    /// Whether the first in a line has its turn now.
    pub(super) fn turn(
        &mut self,
        target: &Target,
        class: Class,
        round: &mut Round,
        now: Instant,
    ) -> Turn {
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

    pub(super) fn put_off(&mut self, target: &Target, now: Instant) {
        if let Some(slot) = self.all.get_mut(target) {
            slot.put_off(now);
        }
        self.place(target, now);
    }
}
