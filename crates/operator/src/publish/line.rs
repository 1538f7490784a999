//! A line of objects that wait for bytes, each in its turn by how much it has written of late.
//!
//! Who comes gets a number: the clock of the line, or where its own last write ended, whichever is later. The lowest goes first,
//! the clock is the number of who went last, and a write ends as much later as it has bytes. So those who always have more to
//! write get the same bytes each, however large their objects are; who writes less than that hardly waits; and nobody waits
//! for ever. Source: start-time fair queueing, of P. Goyal, H. M. Vin and H. Cheng (SIGCOMM 1996).

use std::collections::BTreeSet;

use super::Target;

/// A place in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    number: u64,
    /// Of those with one number, who came first goes first.
    arrival: u64,
}

/// Those who wait.
#[derive(Debug, Default)]
pub(super) struct Line {
    waiting: BTreeSet<(Place, Target)>,
    clock: u64,
    arrivals: u64,
}

impl Line {
    /// Lets somebody in whose last write ended there.
    pub(super) fn join(&mut self, target: Target, end: u64) -> Place {
        self.arrivals += 1;
        let place = Place {
            number: self.clock.max(end),
            arrival: self.arrivals,
        };
        self.waiting.insert((place, target));
        place
    }

    /// Somebody goes without a write.
    pub(super) fn leave(&mut self, target: Target, place: Place) {
        self.waiting.remove(&(place, target));
    }

    /// Whose turn it is.
    pub(super) fn first(&self) -> Option<&Target> {
        self.waiting.first().map(|(_, target)| target)
    }

    /// The first has its turn, and writes so many bytes; where that ends.
    pub(super) fn serve(&mut self, bytes: u64) -> u64 {
        if let Some((place, _)) = self.waiting.pop_first() {
            self.clock = place.number;
        }
        self.clock + bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(name: &str) -> Target {
        Target::Report(name.to_owned())
    }

    #[test]
    fn bytes_are_shared_and_not_turns() {
        let mut line = Line::default();
        let mut ends = [0; 2];
        let mut bytes = [0; 2];
        let (names, sizes) = (["large", "small"], [100, 10]);
        for (name, end) in names.iter().zip(ends) {
            line.join(target(name), end);
        }
        for _ in 0..1000 {
            let first = line.first().unwrap().clone();
            let at = usize::from(first == target("small"));
            ends[at] = line.serve(sizes[at]);
            bytes[at] += sizes[at];
            line.join(first, ends[at]);
        }
        assert!(bytes[0].abs_diff(bytes[1]) <= 100, "{bytes:?}");
    }

    #[test]
    fn who_comes_after_a_pause_has_saved_nothing_up_and_goes_next() {
        let mut line = Line::default();
        let mut end = 0;
        for _ in 0..100 {
            line.join(target("noisy"), end);
            end = line.serve(10);
        }
        line.join(target("noisy"), end);
        line.join(target("quiet"), 0);
        assert_eq!(line.first(), Some(&target("quiet")));
        let place = line.join(target("gone"), 0);
        line.leave(target("gone"), place);
        let end = line.serve(10);
        line.join(target("quiet"), end);
        assert_eq!(
            line.first(),
            Some(&target("noisy")),
            "no second turn before it"
        );
    }
}
