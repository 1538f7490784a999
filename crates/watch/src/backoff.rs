//! Waiting between tries: longer each time, never in step with others.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

/// How long what was tried has to last to count as having worked.
const LASTS: Duration = Duration::from_secs(30);

/// Exponential back-off with jitter.
#[derive(Debug, Clone)]
pub struct Backoff {
    least: Duration,
    most: Duration,
    tries: u32,
}

impl Backoff {
    /// Waits between `least` and `most`, doubling.
    #[must_use]
    pub const fn new(least: Duration, most: Duration) -> Self {
        Self {
            least,
            most,
            tries: 0,
        }
    }

    /// How long to wait before the next try: between half and all of the doubled step.
    pub fn next_wait(&mut self) -> Duration {
        let step = self
            .least
            .saturating_mul(1_u32.checked_shl(self.tries.min(16)).unwrap_or(u32::MAX))
            .min(self.most);
        self.tries = self.tries.saturating_add(1);
        // The standard library's hasher is seeded from the system: enough to keep replicas out of step.
        let random = RandomState::new().build_hasher().finish() % 1000;
        let half = step / 2;
        half + half.mul_f64(f64::from(u32::try_from(random).unwrap_or_default()) / 1000.0)
    }

    /// The last try worked.
    pub fn reset(&mut self) {
        self.tries = 0;
    }

    /// The last try began well and lasted for that long. What breaks soon after it began has not worked: it would be tried anew
    /// without a rest.
    pub fn lasted(&mut self, time: Duration) {
        if time >= LASTS {
            self.reset();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_the_most_and_start_over() {
        let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(2));
        let waits: Vec<Duration> = (0..50).map(|_| backoff.next_wait()).collect();
        assert!(waits[0] >= Duration::from_millis(50) && waits[0] <= Duration::from_millis(100));
        assert!(waits[49] >= Duration::from_secs(1) && waits[49] <= Duration::from_secs(2));
        backoff.reset();
        assert!(backoff.next_wait() <= Duration::from_millis(100));
    }

    #[test]
    fn only_what_lasts_has_worked() {
        let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(2));
        for _ in 0..50 {
            backoff.next_wait();
            backoff.lasted(Duration::from_secs(1));
        }
        assert!(backoff.next_wait() >= Duration::from_secs(1));
        backoff.lasted(LASTS);
        assert!(backoff.next_wait() <= Duration::from_millis(100));
    }
}
