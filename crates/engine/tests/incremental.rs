//! Incremental equals full: after any history of objects, lists, outages, evidence and time, what the engine has kept is
//! what it would find if it judged everything anew.

#![allow(
    clippy::needless_pass_by_value,
    reason = "helpers of tests that build JSON"
)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod random;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use random::machine::Machine;
use random::steps::{Step, steps, waiting};

/// The same histories on every run, unless `PROPTEST_RNG_SEED` or `PROPTEST_CASES` ask for others.
fn config() -> ProptestConfig {
    let mut config = ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(20_261_120);
    }
    config
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn incremental_equals_full(waiting in waiting(), steps in steps()) {
        let mut machine = Machine::new(&waiting);
        for step in &steps {
            machine.take(step)?;
        }
        machine.compare()?;
    }

    /// Holds for relations that no check reads yet, too.
    #[test]
    fn whoever_reads_what_changed_is_told(waiting in waiting(), steps in steps()) {
        let mut machine = Machine::new(&waiting);
        let mut readings = machine.readings();
        let mut subjects = machine.subjects();
        machine.take_changes();
        // Nobody judges here: what changed is for this test alone.
        let judging = |step: &&Step| matches!(step, Step::Settle(_) | Step::Reprofile(_) | Step::Compare);
        for step in steps.iter().filter(|step| !judging(step)) {
            machine.take(step)?;
            let changes = machine.take_changes();
            let now = machine.now();
            let new_readings = machine.readings();
            for (name, reading) in &readings {
                let value = &new_readings[name].value;
                prop_assert!(
                    *value == reading.value || reading.is_concerned(&changes, now),
                    "{step:?} changed {name} unnoticed\n  from {}\n  to   {value}",
                    reading.value
                );
            }
            let new_subjects = machine.subjects();
            for subject in subjects.keys().chain(new_subjects.keys()) {
                prop_assert!(
                    subjects.get(subject) == new_subjects.get(subject)
                        || changes.subjects.contains(subject),
                    "{step:?} changed {subject} unnoticed\n  from {:?}\n  to   {:?}",
                    subjects.get(subject),
                    new_subjects.get(subject)
                );
            }
            readings = new_readings;
            subjects = new_subjects;
        }
        machine.reads_as_fresh()?;
    }
}
