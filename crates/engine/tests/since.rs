//! Since when: what passes through Unknown, an outage or a restart keeps its beginning; a pass or an absence that was
//! seen ends it.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use assay_checks::Violation;
use assay_engine::{
    Engine, FindingId, History, Outcome, Profile, Since, Transition, Verdict, VerdictSince,
};
use assay_inventory::{
    Changes, Delta, Inventory, Kind, ObjectKey, Reason, Subject, WorkloadKey, decode,
};
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;

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

fn start() -> DateTime<Utc> {
    "2026-11-20T12:00:00Z".parse().expect("a time")
}

fn verdict() -> impl Strategy<Value = Verdict> {
    select(vec![
        Verdict::Met,
        Verdict::NotMet,
        Verdict::NeedsEvidence,
        Verdict::Unknown,
        Verdict::Unknown,
    ])
}

/// Since when the last verdict of a sequence holds: the unknown ones between others count for nothing.
fn since(seen: &[(Verdict, DateTime<Utc>)]) -> Option<DateTime<Utc>> {
    let (last, _) = *seen.last()?;
    let mut since = None;
    for (verdict, at) in seen.iter().rev() {
        if *verdict == last {
            since = Some(*at);
        } else if *verdict != Verdict::Unknown || last == Verdict::Unknown {
            break;
        }
    }
    since
}

/// What happens to a pod and to those who watch it.
#[derive(Debug, Clone, Copy)]
enum Step {
    Privileged,
    Fine,
    Gone,
    /// The watch is refused.
    Blind,
    /// The watch works again.
    See,
    Restart,
}

/// An operator that may die: what it knows, and what outlives it in reports.
struct Operator {
    inventory: Inventory,
    engine: Engine,
    history: History,
    first: bool,
}

fn finding() -> FindingId {
    let key = ObjectKey::new("shop", "web");
    FindingId {
        check: "privileged-container",
        subject: Subject::Workload(WorkloadKey::of(Kind::Pod, &key)),
    }
}

impl Operator {
    fn new(adopted: Option<Since>, now: DateTime<Utc>) -> Self {
        let inventory = Inventory::new(now);
        let mut engine = Engine::new(Profile::default());
        engine.mark_all(&inventory);
        let mut history = History::default();
        if let Some(since) = adopted {
            history.adopt_finding(finding(), since.at, since.known, now);
        }
        Self {
            inventory,
            engine,
            history,
            first: true,
        }
    }

    fn follow(&mut self, deltas: Vec<Delta>, now: DateTime<Utc>) {
        let mut changes = Changes::default();
        self.inventory.advance(now, &mut changes);
        for delta in deltas {
            self.inventory.apply(delta, &mut changes);
        }
        self.engine.mark(&changes);
        // In slices, as a loop does that must not be held up.
        let mut more = true;
        while more {
            more = self.engine.settle(&self.inventory, now, 1);
            let transitions = self.engine.take_touched().transitions;
            self.history.observe(&transitions, now, self.first);
            if self.engine.take_regained() {
                self.history.drop_unconfirmed(&self.engine);
            }
        }
        self.first = false;
    }
}

fn pod(privileged: bool) -> Delta {
    let json = format!(
        r#"{{"metadata": {{"namespace": "shop", "name": "web"}}, "spec": {{"containers":
        [{{"name": "app", "image": "a", "securityContext": {{"privileged": {privileged}}}}}]}}}}"#
    );
    Delta::Upsert {
        kind: Kind::Pod,
        key: ObjectKey::new("shop", "web"),
        object: decode(Kind::Pod, &json, &[]).map(Box::new),
    }
}

/// What a watch says from its beginning on: of pods what there is, or that they may not be watched.
fn watched(there: Option<bool>, blind: bool, now: DateTime<Utc>) -> Vec<Delta> {
    if blind {
        return vec![Delta::Lost {
            kind: Kind::Pod,
            reason: Reason::Forbidden,
            // Long enough ago that it is no longer waited for.
            at: now - TimeDelta::minutes(1),
            message: "forbidden".into(),
        }];
    }
    let list = there.map(pod).into_iter();
    std::iter::once(Delta::Relist(Kind::Pod))
        .chain(list)
        .chain([Delta::Listed(Kind::Pod)])
        .collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn since_of_a_verdict_is_not_reset_by_unknown(
        verdicts in proptest::collection::vec((verdict(), any::<bool>()), 1..30),
    ) {
        let control = "2.1".parse().expect("a control");
        let mut history = History::default();
        let mut seen = Vec::new();
        let mut now = start();
        let mut last: Option<VerdictSince> = None;
        for (verdict, restart) in verdicts {
            now += TimeDelta::minutes(1);
            if restart {
                history = History::default();
                if let Some(last) = last {
                    history.adopt_control(control, last, now);
                }
            }
            seen.push((verdict, now));
            let held = history.control(control, verdict, now);
            prop_assert_eq!(held.verdict, verdict);
            prop_assert_eq!(Some(held.since), since(&seen), "{:?}", seen);
            last = Some(held);
        }
    }

    #[test]
    fn since_of_a_finding_survives_all_but_a_pass_or_an_absence_seen(
        steps in proptest::collection::vec(
            select(vec![Step::Privileged, Step::Fine, Step::Gone, Step::Blind, Step::See, Step::Restart]),
            1..30,
        ),
    ) {
        let mut now = start();
        let (mut there, mut blind) = (None, false);
        // Since when, whether that was seen, and what was last seen.
        let mut expected: Option<(DateTime<Utc>, bool)> = None;
        let mut watching = true;
        let mut operator = Operator::new(None, now);
        let others = Kind::ALL.into_iter().filter(|kind| *kind != Kind::Pod);
        let others: Vec<Delta> = others.map(Delta::Listed).collect();
        let mut deltas = others.clone();
        deltas.extend(watched(there, blind, now));
        operator.follow(deltas, now);
        for step in steps {
            now += TimeDelta::minutes(1);
            let mut deltas = Vec::new();
            match step {
                Step::Privileged | Step::Fine => {
                    there = Some(matches!(step, Step::Privileged));
                    deltas.extend(there.filter(|_| !blind).map(pod));
                }
                Step::Gone => {
                    there = None;
                    if !blind {
                        deltas.push(Delta::Delete {
                            kind: Kind::Pod,
                            key: ObjectKey::new("shop", "web"),
                        });
                    }
                }
                Step::Blind if !blind => {
                    blind = true;
                    deltas = watched(there, blind, now);
                }
                Step::See if blind => {
                    blind = false;
                    watching = false;
                    deltas = watched(there, blind, now);
                }
                Step::Blind | Step::See => {}
                Step::Restart => {
                    watching = false;
                    operator = Operator::new(operator.history.finding(&finding()), now);
                    deltas.clone_from(&others);
                    deltas.extend(watched(there, blind, now));
                }
            }
            operator.follow(deltas, now);
            if !blind {
                expected = match there {
                    Some(true) => expected.or(Some((now, watching))),
                    Some(false) | None => None,
                };
                watching = true;
            }
            let held = operator.history.finding(&finding());
            prop_assert_eq!(held.map(|since| (since.at, since.known)), expected, "{:?} at {}", step, now);
            let open = held.is_some_and(|since| since.open);
            prop_assert_eq!(open, !blind && there == Some(true), "open after {:?}", step);
        }
    }
}

/// A new leader judges while it reads what the last one wrote.
#[test]
fn what_began_anew_after_it_was_read_keeps_its_beginning() {
    let minutes = |minutes| start() + TimeDelta::minutes(minutes);
    let (old, read, later) = (minutes(0), minutes(10), minutes(11));
    let theirs = |verdict| VerdictSince {
        verdict,
        since: old,
        last_known: None,
    };
    let control = "2.1".parse().expect("a control");
    for (changed, expected) in [(minutes(9), old), (later, later)] {
        let mut history = History::default();
        history.control(control, Verdict::NotMet, changed);
        let begun = Transition {
            check: finding().check,
            subject: finding().subject,
            from: None,
            to: Some(Outcome::Fail(Arc::new(Violation::new("is privileged")))),
            witnessed: true,
        };
        history.observe(&[begun], changed, false);
        history.adopt_control(control, theirs(Verdict::NotMet), read);
        history.adopt_finding(finding(), old, true, read);
        let held = history.control(control, Verdict::NotMet, later);
        assert_eq!(held.since, expected);
        let since = history.finding(&finding()).expect("it is open");
        assert_eq!((since.at, since.open), (expected, true));
    }
}
