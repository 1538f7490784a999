//! A line of objects that wait for bytes, each in its turn by how much it has written of late.
//!
//! Who comes gets a number: the clock of the line, or where its own last write ended, whichever is later. The lowest goes first,
//! the clock is the number of who went last, and a write ends as much later as it costs. So nobody's noise makes another wait
//! who writes less. Source: start-time fair queueing, of P. Goyal, H. M. Vin and H. Cheng (SIGCOMM 1996).
//!
//! A write costs more than in proportion to its bytes, because it makes others wait for longer, and they it for less: a small report goes
//! many times between two turns of a large one. So that it never waits for ever, who has waited for longer than two rounds of
//! all that wait goes before everybody else.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::Target;
use super::budget::LEAST_BYTES_A_MILLISECOND;

/// Bytes of a write that costs as many.
const USUAL: u64 = 16 * 1024;
/// Shortest wait after which somebody goes before all others.
const PATIENCE: Duration = Duration::from_mins(2);

/// A place in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    number: u64,
    /// Of those with one number, who came first goes first.
    arrival: u64,
}

#[derive(Debug)]
struct Waiter {
    target: Target,
    bytes: u64,
    since: Instant,
}

/// Those who wait.
#[derive(Debug, Default)]
pub(super) struct Line {
    waiting: BTreeMap<Place, Waiter>,
    /// The same by who came first.
    arrivals: BTreeMap<u64, Place>,
    /// Bytes of all of them.
    bytes: u64,
    clock: u64,
    arrived: u64,
}

impl Line {
    /// Lets somebody in who is to write so many bytes, and whose last write ended there.
    pub(super) fn join(&mut self, target: Target, bytes: u64, end: u64, now: Instant) -> Place {
        self.arrived += 1;
        let place = Place {
            number: self.clock.max(end),
            arrival: self.arrived,
        };
        let waiter = Waiter {
            target,
            bytes,
            since: now,
        };
        self.bytes += bytes;
        self.arrivals.insert(place.arrival, place);
        self.waiting.insert(place, waiter);
        place
    }

    /// Somebody goes without a write.
    pub(super) fn leave(&mut self, place: Place) {
        self.arrivals.remove(&place.arrival);
        if let Some(waiter) = self.waiting.remove(&place) {
            self.bytes -= waiter.bytes;
        }
    }

    /// Whether nobody waits.
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Whose turn it is.
    pub(super) fn first(&self, now: Instant) -> Option<&Target> {
        let oldest = self.arrivals.values().next();
        let oldest = oldest.and_then(|place| self.waiting.get(place));
        let rounds = Duration::from_millis(2 * self.bytes / LEAST_BYTES_A_MILLISECOND);
        let patience = PATIENCE.max(rounds);
        let first = match oldest {
            Some(oldest) if now.saturating_duration_since(oldest.since) > patience => Some(oldest),
            _ => self.waiting.values().next(),
        };
        first.map(|waiter| &waiter.target)
    }

    /// Somebody has its turn, and writes so many bytes; where that ends.
    pub(super) fn serve(&mut self, place: Place, bytes: u64) -> u64 {
        // Who was let by before its number has come does not move the clock: it would take their turns from others.
        if self.waiting.keys().next() == Some(&place) {
            self.clock = place.number;
        }
        self.leave(place);
        place.number + (bytes * bytes).div_ceil(USUAL)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIB: u64 = 1024;

    fn target(name: &str) -> Target {
        Target::Report(name.to_owned())
    }

    /// Two that always have more to write: how many turns each had of a thousand.
    fn turns(sizes: [u64; 2]) -> [u64; 2] {
        let now = Instant::now();
        let mut line = Line::default();
        let mut turns = [0; 2];
        let [one, other] = sizes.map(|size| size * KIB);
        let mut first = line.join(target("one"), one, 0, now);
        let mut second = line.join(target("other"), other, 0, now);
        for _ in 0..1000 {
            if line.first(now) == Some(&target("one")) {
                let end = line.serve(first, one);
                first = line.join(target("one"), one, end, now);
                turns[0] += 1;
            } else {
                let end = line.serve(second, other);
                second = line.join(target("other"), other, end, now);
                turns[1] += 1;
            }
        }
        turns
    }

    #[test]
    fn turns_are_shared_by_the_square_of_bytes() {
        assert_eq!(turns([10, 10]), [500, 500]);
        let [large, small] = turns([64, 16]);
        assert!(small.abs_diff(16 * large) <= 16, "{large} and {small}");
        // What is far smaller than usual costs something yet.
        let [tiny, small] = turns([1, 4]);
        assert!(tiny.abs_diff(16 * small) <= 16, "{tiny} and {small}");
    }

    #[test]
    fn who_comes_after_a_pause_has_saved_nothing_up_and_goes_next() {
        let now = Instant::now();
        let mut line = Line::default();
        let mut end = 0;
        for _ in 0..100 {
            let place = line.join(target("noisy"), KIB, end, now);
            end = line.serve(place, KIB);
        }
        line.join(target("noisy"), KIB, end, now);
        let quiet = line.join(target("quiet"), KIB, 0, now);
        assert_eq!(line.first(now), Some(&target("quiet")));
        let place = line.join(target("gone"), KIB, 0, now);
        line.leave(place);
        let end = line.serve(quiet, KIB);
        line.join(target("quiet"), KIB, end, now);
        assert_eq!(
            line.first(now),
            Some(&target("noisy")),
            "no second turn before it"
        );
    }

    #[test]
    fn who_has_waited_too_long_goes_first_and_takes_no_turn_from_others() {
        let start = Instant::now();
        let mut line = Line::default();
        let large = line.join(target("large"), 256 * KIB, 1_000_000, start);
        let small = line.join(target("small"), KIB, 500, start + PATIENCE);
        assert_eq!(line.first(start + PATIENCE), Some(&target("small")));
        let now = start + PATIENCE + Duration::from_millis(1);
        assert_eq!(line.first(now), Some(&target("large")));
        let end = line.serve(large, 256 * KIB);
        line.join(target("large"), 256 * KIB, end, now);
        line.join(target("late"), KIB, 600, now);
        assert_eq!(line.first(now), Some(&target("small")));
        line.serve(small, KIB);
        assert_eq!(line.first(now), Some(&target("late")));
    }

    #[test]
    fn patience_grows_with_what_waits() {
        let start = Instant::now();
        let mut line = Line::default();
        line.join(target("first"), 128 * KIB, 1_000, start);
        let places: Vec<Place> = (0..20)
            .map(|number| line.join(target(&number.to_string()), 128 * KIB, 0, start))
            .collect();
        // Two rounds of 2.7 MB at a third of the income take 5 min 44 s.
        assert_eq!(line.first(start + 2 * PATIENCE), Some(&target("0")));
        assert_eq!(line.first(start + 3 * PATIENCE), Some(&target("first")));
        for place in places {
            line.leave(place);
        }
        assert_eq!(line.bytes, 128 * KIB);
        assert!(!line.is_empty());
    }
}
