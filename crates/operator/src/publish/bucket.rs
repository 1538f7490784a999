//! Token buckets: transitions flush at once, storms do not reach etcd.

use std::time::{Duration, Instant};

/// Writes of one object in a burst.
const BURST: u32 = 5;
/// Time in which one more write is earned.
const REFILL: Duration = Duration::from_secs(1);

/// One object's bucket.
#[derive(Debug, Clone)]
pub(crate) struct Bucket {
    tokens: u32,
    filled: Instant,
}

impl Bucket {
    /// A full one.
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            tokens: BURST,
            filled: now,
        }
    }

    fn refill(&mut self, now: Instant) {
        while self.tokens < BURST && now.duration_since(self.filled) >= REFILL {
            self.tokens += 1;
            self.filled += REFILL;
        }
        if self.tokens == BURST {
            self.filled = now;
        }
    }

    /// Takes a token, or says when there will be one.
    pub(crate) fn take(&mut self, now: Instant) -> Result<(), Instant> {
        self.refill(now);
        if self.tokens == 0 {
            return Err(self.filled + REFILL);
        }
        self.tokens -= 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_of_five_then_one_a_second() {
        let start = Instant::now();
        let mut bucket = Bucket::new(start);
        for _ in 0..5 {
            assert_eq!(bucket.take(start), Ok(()));
        }
        assert_eq!(bucket.take(start), Err(start + REFILL));
        assert_eq!(bucket.take(start + REFILL), Ok(()));
        assert!(bucket.take(start + REFILL).is_err());
        let later = start + REFILL * 60;
        let taken = (0..10).filter(|_| bucket.take(later).is_ok()).count();
        assert_eq!(taken, 5, "it holds no more than a burst");
    }
}
