//! Runs the examples in every check's Markdown: the documentation is the test.
//!
//! A fence ```` ```yaml,fail ```` (or `pass`, `unknown`, `not-applicable`) holds the objects of a small world. Lines at its
//! top may say more: `# => MESSAGE` what must come out, `# now: TIME`, `# blind: KIND` a kind that may not be listed,
//! `# profile: kubelet-probe` that kubelets are asked as a stranger, `# profile: admission-probe NAME …` in which namespaces pods are
//! tried, `# profile: secret-types` that Secrets are listed, and evidence: see `world::evidence`.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod world;

use std::collections::BTreeSet;

use assay_checks::Check;
use assay_engine::{Outcome, full};
use world::{Example, examples};

#[test]
fn every_example_holds() {
    let mut wrong = Vec::new();
    for check in assay_checks::all() {
        for example in examples(check.meta.markdown) {
            if let Err(error) = hold(check, &example) {
                wrong.push(format!(
                    "{}.md line {}: {error}",
                    check.meta.id, example.line
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn hold(check: &Check, example: &Example) -> Result<(), String> {
    let inventory = example.inventory()?;
    let engine = full(&inventory, example.profile.clone(), example.now);
    if let Some((subject, relation)) = engine.undeclared_reads().first() {
        return Err(format!(
            "{relation:?} was read of {subject} without being declared"
        ));
    }
    let mut said = BTreeSet::new();
    let mut kinds = BTreeSet::new();
    for (_, judged, outcome) in engine.outcomes() {
        if judged.meta.id != check.meta.id {
            continue;
        }
        match outcome {
            Outcome::Pass => {
                kinds.insert("pass");
            }
            Outcome::NotApplicable(_) => {
                kinds.insert("not-applicable");
            }
            Outcome::Unknown(blind) => {
                kinds.insert("unknown");
                said.insert(format!("{}: {}", blind.reason, blind.message));
            }
            Outcome::Fail(violation) => {
                kinds.insert("fail");
                said.insert(violation.message.clone());
            }
        }
    }
    let allowed: &[&str] = match example.expected.as_str() {
        "fail" => &["fail", "pass", "not-applicable"],
        "pass" => &["pass", "not-applicable"],
        "unknown" => &["unknown", "pass", "not-applicable"],
        "not-applicable" => &["not-applicable"],
        other => return Err(format!("no such expectation: {other}")),
    };
    if !kinds.contains(example.expected.as_str())
        || !kinds.iter().all(|kind| allowed.contains(kind))
    {
        return Err(format!(
            "expected {}, got {kinds:?} saying {said:#?}",
            example.expected
        ));
    }
    if said != example.messages {
        return Err(format!(
            "expected to say {:#?}, said {said:#?}",
            example.messages
        ));
    }
    Ok(())
}

#[test]
fn every_check_shows_a_failing_and_a_passing_example() {
    for check in assay_checks::all() {
        let expected: BTreeSet<String> = examples(check.meta.markdown)
            .into_iter()
            .map(|example| example.expected)
            .collect();
        for wanted in ["fail", "pass", "unknown"] {
            assert!(
                expected.contains(wanted),
                "{}.md has no ```yaml,{wanted} example",
                check.meta.id
            );
        }
    }
}

#[test]
fn ids_are_unique_and_controls_exist() {
    let mut ids = BTreeSet::new();
    for check in assay_checks::all() {
        assert!(ids.insert(check.meta.id), "{} stands twice", check.meta.id);
        assert!(
            assay_catalog::control(check.meta.control).is_some(),
            "{}: no control {}",
            check.meta.id,
            check.meta.control
        );
    }
}
