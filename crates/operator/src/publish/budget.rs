//! What all objects together may write: bytes, so that etcd stores at most 4 MiB a minute whatever the cluster does.
//!
//! Two lanes, each a token bucket, share one income. The reserve is for objects that have changed little of late, so that noise
//! cannot make a quiet object's change wait. The common lane is for everybody, in turn: whoever waits longest goes first. What one
//! lane has no room for goes to the other, so that noise alone gets the whole income. Where there is too much of both, half of
//! it still goes in turn, and nobody waits for ever.
//!
//! A lane never lends: who does not fit waits, first in the line, until it does. So the bound is exact, and no
//! allowance for debts has to be taken from the income.

use std::time::{Duration, Instant};

/// Bytes a full lane holds: two of the largest objects.
const ROOM: u64 = 512 * 1024;
/// Income of both lanes together. With both full at the beginning, a minute stays under
/// 2 × 524,288 + 60,000 × 50 = 4,048,576 bytes, of the 4,194,304 allowed.
const BYTES_A_MILLISECOND: u64 = 50;

/// Where bytes are taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Lane {
    /// Kept for quiet objects.
    Reserve,
    /// For all.
    Common,
}

/// Bytes set aside for a write under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hold {
    lane: Lane,
    bytes: u64,
}

#[derive(Debug, Clone, Copy)]
struct Level {
    /// What has not been spent.
    bytes: u64,
    /// How much of that is set aside.
    held: u64,
}

impl Level {
    const FULL: Self = Self {
        bytes: ROOM,
        held: 0,
    };

    fn room(self) -> u64 {
        ROOM.saturating_sub(self.bytes)
    }

    fn free(self) -> u64 {
        self.bytes.saturating_sub(self.held)
    }

    /// Takes in what there is room for; the rest comes back.
    fn pour(&mut self, bytes: u64) -> u64 {
        let taken = bytes.min(self.room());
        self.bytes += taken;
        bytes - taken
    }
}

/// The bytes of all objects.
#[derive(Debug)]
pub(super) struct Budget {
    reserve: Level,
    common: Level,
    filled: Instant,
}

impl Budget {
    /// A full one.
    pub(super) fn new(now: Instant) -> Self {
        Self {
            reserve: Level::FULL,
            common: Level::FULL,
            filled: now,
        }
    }

    fn fill(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.filled).as_millis();
        let passed = u64::try_from(passed).unwrap_or(u64::MAX);
        // Whole milliseconds: what is left of one counts the next time.
        self.filled += Duration::from_millis(passed);
        let income = passed.saturating_mul(BYTES_A_MILLISECOND);
        let half = income / 2;
        let spilled = self.reserve.pour(half);
        let left = self.common.pour(income - half + spilled);
        self.reserve.pour(left);
    }

    fn level(&mut self, lane: Lane) -> &mut Level {
        match lane {
            Lane::Reserve => &mut self.reserve,
            Lane::Common => &mut self.common,
        }
    }

    /// Sets bytes aside in a lane if they fit. More than a lane can ever hold, which no object of ours is, fits a full one.
    pub(super) fn hold(&mut self, lane: Lane, bytes: u64, now: Instant) -> Option<Hold> {
        self.fill(now);
        let bytes = bytes.min(ROOM);
        let level = self.level(lane);
        if level.free() < bytes {
            return None;
        }
        level.held += bytes;
        Some(Hold { lane, bytes })
    }

    /// Ends a hold: so much was sent in truth.
    pub(super) fn spend(&mut self, hold: Hold, sent: u64, now: Instant) {
        self.fill(now);
        let level = self.level(hold.lane);
        level.held = level.held.saturating_sub(hold.bytes);
        level.bytes = level.bytes.saturating_sub(sent);
    }

    /// When so many bytes will fit a lane, if nothing is set aside or spent before; if writes under way hold too much of it,
    /// their end will tell.
    pub(super) fn ready(&self, lane: Lane, bytes: u64) -> Instant {
        let (own, other) = match lane {
            Lane::Reserve => (self.reserve, self.common),
            Lane::Common => (self.common, self.reserve),
        };
        let missing = bytes.min(ROOM).saturating_sub(own.free());
        // Each gets half until the other has no room.
        let income = missing + missing.min(other.room());
        self.filled + Duration::from_millis(income.div_ceil(BYTES_A_MILLISECOND).max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIB: u64 = 1024;

    fn drain(budget: &mut Budget, lane: Lane, now: Instant) -> u64 {
        let mut spent = 0;
        while let Some(hold) = budget.hold(lane, KIB, now) {
            budget.spend(hold, KIB, now);
            spent += KIB;
        }
        spent
    }

    #[test]
    fn lanes_do_not_touch_each_other_and_share_the_income() {
        let start = Instant::now();
        let mut budget = Budget::new(start);
        assert_eq!(drain(&mut budget, Lane::Common, start), ROOM);
        assert_eq!(drain(&mut budget, Lane::Reserve, start), ROOM);
        let later = start + Duration::from_millis(4096);
        assert_eq!(drain(&mut budget, Lane::Common, later), 100 * KIB);
        assert_eq!(drain(&mut budget, Lane::Reserve, later), 100 * KIB);
    }

    #[test]
    fn what_one_has_no_room_for_goes_to_the_other() {
        let start = Instant::now();
        let second = start + Duration::from_millis(1024);
        for (used, full) in [(Lane::Common, Lane::Reserve), (Lane::Reserve, Lane::Common)] {
            let mut budget = Budget::new(start);
            drain(&mut budget, used, start);
            assert_eq!(drain(&mut budget, used, second), 50 * KIB);
            assert_eq!(drain(&mut budget, full, second), ROOM);
        }
    }

    #[test]
    fn what_does_not_fit_fits_exactly_when_it_is_said_to() {
        let start = Instant::now();
        for lane in [Lane::Common, Lane::Reserve] {
            for other in [0, 300 * KIB, ROOM] {
                let mut budget = Budget::new(start);
                drain(&mut budget, lane, start);
                let rest = match lane {
                    Lane::Common => Lane::Reserve,
                    Lane::Reserve => Lane::Common,
                };
                if let Some(hold) = budget.hold(rest, other, start) {
                    budget.spend(hold, other, start);
                }
                let ready = budget.ready(lane, 200 * KIB);
                let wait = ready - start;
                let before = start + wait.saturating_sub(Duration::from_millis(2));
                assert_eq!(budget.hold(lane, 200 * KIB, before), None);
                assert!(budget.hold(lane, 200 * KIB, ready).is_some());
            }
        }
    }

    #[test]
    fn what_was_set_aside_and_not_sent_is_there_again_and_no_more() {
        let start = Instant::now();
        let mut budget = Budget::new(start);
        let hold = budget.hold(Lane::Common, ROOM, start).unwrap();
        assert_eq!(budget.hold(Lane::Common, 1, start), None);
        let later = start + Duration::from_mins(1);
        assert_eq!(
            budget.hold(Lane::Common, 1, later),
            None,
            "nothing was spent, so that there is no room for income"
        );
        budget.spend(hold, 0, later);
        assert_eq!(drain(&mut budget, Lane::Common, later), ROOM);
    }

    #[test]
    fn what_is_larger_than_a_lane_goes_when_it_is_full() {
        let start = Instant::now();
        let mut budget = Budget::new(start);
        let hold = budget.hold(Lane::Common, ROOM * 2, start).unwrap();
        budget.spend(hold, ROOM * 2, start);
        assert_eq!(budget.hold(Lane::Common, 1, start), None);
    }
}
