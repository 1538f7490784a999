//! What all objects together may write: bytes, so that etcd stores at most 4 MiB a minute whatever the cluster does.
//!
//! Three lanes, each a token bucket, share one income, so that none of them can make another wait. The reserve is for objects that
//! have changed little of late: noise does not make a quiet object's change wait. Of what keeps changing, reports have a lane
//! beside the findings of namespaces, which are many; either takes from the other what that has to spare. What one lane has no room
//! for goes to the others, so that each alone gets the whole income.
//!
//! A lane never lends: who does not fit waits, first in the line, until it does. So the bound is exact, and no
//! allowance for debts has to be taken from the income.

use std::time::{Duration, Instant};

/// Bytes a full lane holds: more than one of the largest objects.
const ROOM: u64 = 384 * 1024;
/// Income of all lanes together. With all full at the beginning, a minute stays under
/// 3 × 393,216 + 60,000 × 50 = 4,179,648 bytes, of the 4,194,304 allowed.
const BYTES_A_MILLISECOND: u64 = 50;
/// Income of a lane when all have room for more.
pub(super) const LEAST_BYTES_A_MILLISECOND: u64 = BYTES_A_MILLISECOND / 3;
/// What somebody leaves in a lane for those whose it is: the largest report.
pub(super) const SPARE: u64 = 128 * 1024;

/// Where bytes are taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Lane {
    /// Kept for quiet objects.
    Reserve,
    /// For reports and profiles.
    Reports,
    /// For the findings of namespaces.
    Findings,
}

impl Lane {
    /// Where those whose lane this is get more, if it is to spare.
    pub(super) const fn other(self) -> Self {
        match self {
            Self::Findings => Self::Reports,
            Self::Reserve | Self::Reports => Self::Findings,
        }
    }
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
}

/// The bytes of all objects.
#[derive(Debug)]
pub(super) struct Budget {
    levels: [Level; 3],
    filled: Instant,
}

impl Budget {
    /// A full one.
    pub(super) fn new(now: Instant) -> Self {
        Self {
            levels: [Level::FULL; 3],
            filled: now,
        }
    }

    fn fill(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.filled).as_millis();
        let passed = u64::try_from(passed).unwrap_or(u64::MAX);
        // Whole milliseconds: what is left of one counts the next time.
        self.filled += Duration::from_millis(passed);
        let mut income = passed.saturating_mul(BYTES_A_MILLISECOND);
        // The fullest first: what it has no room for, the others share.
        let mut lanes = self.levels.each_mut();
        lanes.sort_by_key(|level| level.room());
        let mut waiting = 3;
        for level in lanes {
            let part = (income / waiting).min(level.room());
            level.bytes += part;
            income -= part;
            waiting -= 1;
        }
    }

    fn level(&mut self, lane: Lane) -> &mut Level {
        let [reserve, reports, findings] = &mut self.levels;
        match lane {
            Lane::Reserve => reserve,
            Lane::Reports => reports,
            Lane::Findings => findings,
        }
    }

    /// Sets bytes aside in a lane if they fit, and so many are left as `spare`. More than a lane can ever hold, which no object of ours is,
    /// fits a full one.
    pub(super) fn hold(
        &mut self,
        lane: Lane,
        bytes: u64,
        spare: u64,
        now: Instant,
    ) -> Option<Hold> {
        self.fill(now);
        let bytes = bytes.min(ROOM);
        let level = self.level(lane);
        if level.free() < (bytes + spare).min(ROOM) {
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
    pub(super) fn ready(&mut self, lane: Lane, bytes: u64) -> Instant {
        let own = *self.level(lane);
        let missing = bytes.min(ROOM).saturating_sub(own.free());
        // Each gets the same until it has no more room.
        let rooms = self.levels.iter().map(|level| level.room().min(missing));
        let income = rooms.sum::<u64>() + missing.saturating_sub(own.room());
        // What does not divide by three may go to another.
        self.filled + Duration::from_millis((income + 3).div_ceil(BYTES_A_MILLISECOND).max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIB: u64 = 1024;

    fn drain(budget: &mut Budget, lane: Lane, now: Instant) -> u64 {
        let mut spent = 0;
        while let Some(hold) = budget.hold(lane, KIB, 0, now) {
            budget.spend(hold, KIB, now);
            spent += KIB;
        }
        spent
    }

    const LANES: [Lane; 3] = [Lane::Reserve, Lane::Reports, Lane::Findings];

    #[test]
    fn lanes_do_not_touch_each_other_and_share_the_income() {
        let start = Instant::now();
        let mut budget = Budget::new(start);
        for lane in LANES {
            assert_eq!(drain(&mut budget, lane, start), ROOM);
        }
        let later = start + Duration::from_millis(6144);
        for lane in LANES {
            assert_eq!(drain(&mut budget, lane, later), 100 * KIB);
        }
    }

    #[test]
    fn what_one_has_no_room_for_goes_to_the_others() {
        let start = Instant::now();
        let second = start + Duration::from_millis(1024);
        for used in LANES {
            let mut budget = Budget::new(start);
            drain(&mut budget, used, start);
            assert_eq!(drain(&mut budget, used, second), 50 * KIB);
            for full in LANES.into_iter().filter(|lane| *lane != used) {
                assert_eq!(drain(&mut budget, full, second), ROOM);
            }
        }
    }

    #[test]
    fn what_does_not_fit_fits_exactly_when_it_is_said_to() {
        let start = Instant::now();
        for (lane, rest) in LANES.into_iter().zip(LANES.into_iter().cycle().skip(1)) {
            for other in [0, 200 * KIB, ROOM] {
                let mut budget = Budget::new(start);
                drain(&mut budget, lane, start);
                if let Some(hold) = budget.hold(rest, other, 0, start) {
                    budget.spend(hold, other, start);
                }
                let ready = budget.ready(lane, 200 * KIB);
                let wait = ready - start;
                let before = start + wait.saturating_sub(Duration::from_millis(2));
                assert_eq!(budget.hold(lane, 200 * KIB, 0, before), None);
                assert!(budget.hold(lane, 200 * KIB, 0, ready).is_some());
            }
        }
    }

    #[test]
    fn who_can_wait_leaves_enough_for_one_who_cannot() {
        let start = Instant::now();
        let mut budget = Budget::new(start);
        let most = ROOM - SPARE;
        assert!(budget.hold(Lane::Reports, most, SPARE, start).is_some());
        assert_eq!(budget.hold(Lane::Reports, 1, SPARE, start), None);
        assert!(budget.hold(Lane::Reports, SPARE, 0, start).is_some());
        // Who is so large that there is never so much to spare waits until there is all there can be.
        assert!(
            budget
                .hold(Lane::Findings, most + 1, SPARE, start)
                .is_some()
        );
        assert_eq!(budget.hold(Lane::Findings, 1, SPARE, start), None);
    }

    #[test]
    fn what_was_set_aside_and_not_sent_is_there_again_and_no_more() {
        let start = Instant::now();
        let mut budget = Budget::new(start);
        let hold = budget.hold(Lane::Reports, ROOM, 0, start).unwrap();
        assert_eq!(budget.hold(Lane::Reports, 1, 0, start), None);
        let later = start + Duration::from_mins(1);
        assert_eq!(
            budget.hold(Lane::Reports, 1, 0, later),
            None,
            "nothing was spent, so that there is no room for income"
        );
        budget.spend(hold, 0, later);
        assert_eq!(drain(&mut budget, Lane::Reports, later), ROOM);
    }

    #[test]
    fn what_is_larger_than_a_lane_goes_when_it_is_full() {
        let start = Instant::now();
        let mut budget = Budget::new(start);
        let hold = budget.hold(Lane::Reports, ROOM * 2, 0, start).unwrap();
        budget.spend(hold, ROOM * 2, start);
        assert_eq!(budget.hold(Lane::Reports, 1, 0, start), None);
    }
}
