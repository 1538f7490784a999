//! What the profiles ask of collectors.

use std::time::Duration;

use tokio::sync::watch;

/// Times that a source is asked within the age at which its answer is too old: two may go amiss.
const ROUNDS: u32 = 3;
/// Least time between two rounds, whatever a profile says.
const LEAST: Duration = Duration::from_secs(10);

/// What all profiles together ask of collectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// How old evidence may be, by the profile that allows least.
    pub max_age: Duration,
    /// Whether kubelets are asked as a stranger would.
    pub kubelet_probe: bool,
    /// Whether Secrets of certain kinds are listed by name.
    pub secret_types: bool,
}

impl Wanted {
    /// What a single look asks for: nothing that a profile has to want.
    #[must_use]
    pub const fn once() -> Self {
        Self {
            max_age: Duration::from_mins(15),
            kubelet_probe: false,
            secret_types: false,
        }
    }
}

/// Tells what is wanted; nothing until the profiles are known.
pub type Wants = watch::Receiver<Option<Wanted>>;

/// Time between two rounds of a source: its own, or less where evidence must be younger.
pub(crate) fn interval(own: Duration, wanted: Option<Wanted>) -> Duration {
    wanted.map_or(own, |wanted| own.min((wanted.max_age / ROUNDS).max(LEAST)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_asked_thrice_before_its_answer_is_too_old() {
        let own = Duration::from_mins(5);
        let wanted = |minutes| {
            Some(Wanted {
                max_age: Duration::from_mins(minutes),
                ..Wanted::once()
            })
        };
        assert_eq!(interval(own, None), own);
        assert_eq!(interval(own, wanted(60)), own);
        assert_eq!(interval(own, wanted(15)), own);
        assert_eq!(interval(own, wanted(1)), Duration::from_secs(20));
        assert_eq!(interval(own, wanted(0)), LEAST);
    }
}
