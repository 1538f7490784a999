//! The catalogue's signals and the checks tell of each other: no check without a signal, no signal of a check that is not.

use std::collections::BTreeSet;

use assay_catalog::{Judged, SECTIONS_WITH_SIGNALS, controls, signals};

#[test]
fn every_check_that_a_signal_names_exists() {
    for (_, control) in controls() {
        for signal in signals(control.id) {
            if let Judged::By(checks) = signal.judged {
                assert!(!checks.is_empty(), "{}: {}", control.id, signal.text);
                for check in checks {
                    assert!(
                        assay_checks::find(check).is_some(),
                        "{}: there is no check {check}",
                        control.id
                    );
                }
            }
        }
    }
}

#[test]
fn every_check_of_these_sections_is_named_by_its_control() {
    let unnamed: BTreeSet<&str> = assay_checks::all()
        .iter()
        .filter(|check| SECTIONS_WITH_SIGNALS.contains(&check.meta.control.section()))
        .filter(|check| {
            !signals(check.meta.control).iter().any(
                |signal| matches!(signal.judged, Judged::By(ids) if ids.contains(&check.meta.id)),
            )
        })
        .map(|check| check.meta.id)
        .collect();
    assert_eq!(unnamed, BTreeSet::new());
}

#[test]
fn every_control_of_these_sections_has_signals() {
    for (section, control) in controls() {
        let listed = !signals(control.id).is_empty();
        let wanted = SECTIONS_WITH_SIGNALS.contains(&section.number);
        assert_eq!(listed, wanted, "{}", control.id);
    }
}
