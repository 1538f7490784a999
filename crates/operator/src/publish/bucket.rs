//! Token buckets of single objects: transitions flush at once, storms do not.

use std::time::{Duration, Instant};

/// Tokens of a full bucket.
const BURST: u32 = 5;

/// One object's bucket.
#[derive(Debug, Clone)]
pub(super) struct Bucket {
    tokens: u32,
    /// When the last whole token came in, or was taken from a full bucket.
    filled: Instant,
    /// Time in which one more is earned.
    refill: Duration,
}

impl Bucket {
    /// A full one.
    pub(super) fn new(refill: Duration, now: Instant) -> Self {
        Self {
            tokens: BURST,
            filled: now,
            refill,
        }
    }

    fn fill(&mut self, now: Instant) {
        while self.tokens < BURST && now.duration_since(self.filled) >= self.refill {
            self.tokens += 1;
            self.filled += self.refill;
        }
        if self.tokens == BURST {
            self.filled = now;
        }
    }

    /// Takes a token if there is one; whether there was.
    pub(super) fn take(&mut self, now: Instant) -> bool {
        self.fill(now);
        let any = self.tokens > 0;
        self.tokens = self.tokens.saturating_sub(1);
        any
    }

    /// Since when there is a token, or when there will be one.
    pub(super) fn ready(&self) -> Instant {
        if self.tokens == 0 {
            self.filled + self.refill
        } else {
            self.filled
        }
    }

    /// Tokens left.
    pub(super) fn left(&mut self, now: Instant) -> u32 {
        self.fill(now);
        self.tokens
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFILL: Duration = Duration::from_secs(1);

    #[test]
    fn a_burst_of_five_then_one_a_second() {
        let start = Instant::now();
        let mut bucket = Bucket::new(REFILL, start);
        for _ in 0..5 {
            assert!(bucket.ready() <= start);
            assert!(bucket.take(start));
        }
        assert!(!bucket.take(start));
        assert_eq!(bucket.ready(), start + REFILL);
        assert!(bucket.take(start + REFILL));
        assert!(!bucket.take(start + REFILL));
        let later = start + REFILL * 60;
        assert_eq!(bucket.left(later), 5, "it holds no more than a burst");
        let taken = (0..10).filter(|_| bucket.take(later)).count();
        assert_eq!(taken, 5);
    }
}
