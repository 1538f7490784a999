//! What the profiles ask of collectors.

use std::time::Duration;

use assay_inventory::view::Selection;
use tokio::sync::watch;

/// Times that a source is asked within the age at which its answer is too old: two may go amiss.
const ROUNDS: u32 = 3;
/// Least time between two rounds, whatever a profile says.
const LEAST: Duration = Duration::from_secs(10);

/// What all profiles together ask of collectors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// How old evidence may be, by the profile that allows least.
    pub max_age: Duration,
    /// Whether kubelets are asked as a stranger would.
    pub kubelet_probe: bool,
    /// In which namespaces pods are tried: what any of these selects.
    pub admission_probe: Vec<Selection>,
    /// Whether Secrets of certain kinds are listed by name.
    pub secret_types: bool,
}

impl Default for Wanted {
    /// What is asked anyhow.
    fn default() -> Self {
        Self {
            max_age: Duration::from_mins(15),
            kubelet_probe: false,
            admission_probe: Vec::new(),
            secret_types: false,
        }
    }
}

/// Tells what is wanted; nothing until the profiles are known.
pub type Wants = watch::Receiver<Option<Wanted>>;

/// Time between two rounds of a source: its own, or less where evidence must be younger.
pub(crate) fn interval(own: Duration, wanted: Option<&Wanted>) -> Duration {
    wanted.map_or(own, |wanted| own.min((wanted.max_age / ROUNDS).max(LEAST)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_asked_thrice_before_its_answer_is_too_old() {
        let own = Duration::from_mins(5);
        let wanting = |minutes| {
            let wanted = Wanted {
                max_age: Duration::from_mins(minutes),
                ..Wanted::default()
            };
            interval(own, Some(&wanted))
        };
        assert_eq!(interval(own, None), own);
        assert_eq!(wanting(60), own);
        assert_eq!(wanting(15), own);
        assert_eq!(wanting(1), Duration::from_secs(20));
        assert_eq!(wanting(0), LEAST);
    }
}
