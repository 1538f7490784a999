//! Statements: what they lift, until when, and what no statement lifts.

#![allow(
    clippy::expect_used,
    reason = "helpers of tests, which clippy does not take for tests"
)]

use assay_engine::{Basis, ControlState, Engine, Profile, StatementState, Verdict};
use assay_inventory::{Changes, Delta, Inventory, Kind, ObjectKey, Reason, decode};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

const REVIEW: &str = "entitlement-review";
const OUTSIDE: &str = "rights-outside-the-cluster";

struct Judge {
    inventory: Inventory,
    engine: Engine,
    now: DateTime<Utc>,
}

impl Judge {
    fn new() -> Self {
        let now = at("2026-11-20T12:00:00Z");
        let profile = Profile {
            name: "pci".into(),
            ..Profile::default()
        };
        let mut judge = Self {
            inventory: Inventory::new(now),
            engine: Engine::new(profile),
            now,
        };
        judge.engine.mark_all(&judge.inventory);
        for kind in Kind::ALL {
            judge.apply(Delta::Listed(kind));
        }
        judge
    }

    fn apply(&mut self, delta: Delta) {
        let mut changes = Changes::default();
        self.inventory.apply(delta, &mut changes);
        self.engine.mark(&changes);
    }

    /// States something on 2.3, with what differs from a review of nobody's rights that counts for a month.
    fn state(&mut self, name: &str, part: &str, differs: Value) {
        let hash = self.inventory.entitlements().expect("readable").hash();
        let mut spec = json!({
            "control": "2.3", "part": part, "reviewed": {"hash": hash.as_ref()},
            "statedAt": "2026-11-20T11:00:00Z", "validUntil": "2026-12-20T11:00:00Z",
        });
        if let (Some(spec), Value::Object(differs)) = (spec.as_object_mut(), differs) {
            spec.extend(differs);
            spec.retain(|_, value| !value.is_null());
        }
        let kind = Kind::ComplianceStatement;
        let json = json!({"metadata": {"name": name}, "spec": spec}).to_string();
        self.apply(Delta::Upsert {
            kind,
            key: ObjectKey::new("", name),
            object: decode(kind, &json, &[]).map(Box::new),
        });
    }

    fn control(&mut self, section: u8, id: &str) -> ControlState {
        while self.engine.settle(&self.inventory, self.now, usize::MAX) {}
        let section = assay_catalog::section(section).expect("a section");
        let state = self.engine.section(section, &self.inventory);
        let mut controls = state.controls.into_iter();
        controls
            .find(|state| state.control.id.to_string() == id)
            .expect("a control")
    }

    fn review(&mut self) -> (Verdict, Basis) {
        let state = self.control(2, "2.3");
        (state.verdict, state.basis)
    }

    fn standing(&mut self, name: &str) -> (StatementState, String) {
        self.control(2, "2.3");
        let standings = &self.engine.statements().standings;
        let mut named = standings.iter().filter(|standing| *standing.name == *name);
        let standing = named.next().expect("a standing");
        (standing.state, standing.message.clone())
    }
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

#[test]
fn a_control_is_met_once_every_part_is_stated() {
    let mut judge = Judge::new();
    let state = judge.control(2, "2.3");
    assert_eq!(state.verdict, Verdict::NeedsEvidence);
    assert_eq!(state.basis, Basis::Observed);
    assert_eq!(state.to_state, [REVIEW, OUTSIDE]);

    judge.engine.take_touched();
    judge.state("review", REVIEW, json!({}));
    let state = judge.control(2, "2.3");
    assert_eq!(state.verdict, Verdict::NeedsEvidence);
    assert_eq!(state.basis, Basis::Mixed);
    assert_eq!(state.to_state, [OUTSIDE]);
    assert!(judge.engine.take_touched().sections.contains(&2));

    judge.state("cloud", OUTSIDE, json!({}));
    let state = judge.control(2, "2.3");
    assert_eq!((state.verdict, state.basis), (Verdict::Met, Basis::Mixed));
    assert_eq!(
        state.why,
        Some((
            "Stated",
            "stated: entitlement-review by ComplianceStatement review, \
             rights-outside-the-cluster by ComplianceStatement cloud"
                .to_owned()
        ))
    );

    let key = ObjectKey::new("", "cloud");
    let kind = Kind::ComplianceStatement;
    judge.apply(Delta::Delete { kind, key });
    assert_eq!(judge.review(), (Verdict::NeedsEvidence, Basis::Mixed));
}

#[test]
fn a_statement_begins_and_ends_by_time_alone() {
    let mut judge = Judge::new();
    judge.state("cloud", OUTSIDE, json!({}));
    let from = "2026-11-21T00:00:00Z";
    let until = "2026-11-22T00:00:00Z";
    judge.state(
        "review",
        REVIEW,
        json!({"statedAt": from, "validUntil": until}),
    );
    assert_eq!(judge.review().0, Verdict::NeedsEvidence);
    assert_eq!(judge.standing("review").0, StatementState::Inert);
    assert_eq!(judge.engine.next_due(), Some(at(from)));

    judge.now = at(from);
    assert_eq!(judge.review(), (Verdict::Met, Basis::Mixed));
    assert_eq!(judge.engine.next_due(), Some(at(until)));

    judge.now = at(until) - TimeDelta::milliseconds(1);
    assert_eq!(judge.review().0, Verdict::Met);
    judge.engine.take_touched();
    judge.now = at(until);
    let state = judge.control(2, "2.3");
    assert_eq!(state.verdict, Verdict::NeedsEvidence);
    let (_, why) = state.why.expect("why");
    assert!(
        why.contains("ComplianceStatement review has run out"),
        "{why}"
    );
    assert!(judge.engine.take_touched().sections.contains(&2));
    assert_eq!(judge.standing("review").0, StatementState::Expired);
}

#[test]
fn a_review_counts_for_half_a_year_and_is_overdue_then() {
    let mut judge = Judge::new();
    judge.state(
        "cloud",
        OUTSIDE,
        json!({"validUntil": "2028-01-01T00:00:00Z"}),
    );
    judge.state(
        "review",
        REVIEW,
        json!({"validUntil": "2028-01-01T00:00:00Z"}),
    );
    let over = at("2026-11-20T11:00:00Z") + TimeDelta::days(180);
    judge.now = over - TimeDelta::milliseconds(1);
    assert_eq!(judge.review().0, Verdict::Met);
    assert_eq!(judge.engine.next_due(), Some(over));
    judge.now = over;
    assert_eq!(judge.review(), (Verdict::NotMet, Basis::Observed));
    let (state, why) = judge.standing("review");
    assert_eq!(state, StatementState::Expired);
    assert!(why.contains("count for 180 days"), "{why}");
}

#[test]
fn no_statement_lifts_what_is_unknown_or_not_met() {
    let mut judge = Judge::new();
    judge.state("review", REVIEW, json!({}));
    judge.state("cloud", OUTSIDE, json!({}));
    // 2.2 has parts as well, and rests on a source that nobody has asked here.
    for part in ["superuser-credentials", "platform-admin-roles"] {
        judge.state(part, part, json!({"control": "2.2"}));
        assert_eq!(judge.standing(part).0, StatementState::Active);
    }
    let state = judge.control(2, "2.2");
    assert_eq!(state.verdict, Verdict::Unknown);
    assert_eq!(state.why.map(|(reason, _)| reason), Some("FirstPass"));

    assert_eq!(judge.review().0, Verdict::Met);
    judge.apply(Delta::Lost {
        kind: Kind::ComplianceStatement,
        reason: Reason::Forbidden,
        at: judge.now,
        message: "no".into(),
    });
    assert_eq!(
        judge.review().0,
        Verdict::Met,
        "a short outage is waited out"
    );
    judge.now += TimeDelta::seconds(30);
    let now = judge.now;
    let mut changes = Changes::default();
    judge.inventory.advance(now, &mut changes);
    judge.engine.mark(&changes);
    assert_eq!(judge.review(), (Verdict::Unknown, Basis::Observed));
    judge.apply(Delta::Relist(Kind::Namespace));
    let kind = Kind::ComplianceStatement;
    judge.apply(Delta::Listed(kind));
    assert_eq!(judge.review().0, Verdict::Met);
}

#[test]
fn what_states_nothing_says_why() {
    let mut judge = Judge::new();
    let mut why = |part: &str, differs: Value| {
        judge.state("one", part, differs);
        judge.state("cloud", OUTSIDE, json!({}));
        assert_eq!(judge.review().0, Verdict::NeedsEvidence);
        let (state, why) = judge.standing("one");
        assert_eq!(state, StatementState::Inert);
        why
    };
    let no_control = why(REVIEW, json!({"control": "17.1"}));
    assert!(
        no_control.starts_with("spec.control \"17.1\" is no control"),
        "{no_control}"
    );
    let no_part = why("some-part", json!({}));
    assert!(
        no_part.ends_with(&format!(
            "write one of {REVIEW}, {OUTSIDE}, provider-responsibility"
        )),
        "{no_part}"
    );
    let of_nothing = why(REVIEW, json!({"reviewed": null}));
    assert!(
        of_nothing.starts_with("spec.reviewed is unset"),
        "{of_nothing}"
    );
    let over = why(REVIEW, json!({"validUntil": "2026-11-20T11:00:00Z"}));
    assert!(over.starts_with("spec.validUntil is not after"), "{over}");
    let unreadable = why(REVIEW, json!({"validUntil": "soon"}));
    assert!(
        unreadable.starts_with("cannot be read: spec.validUntil"),
        "{unreadable}"
    );
}

#[test]
fn a_statement_for_another_profile_is_none_of_this_one() {
    let mut judge = Judge::new();
    judge.state("cloud", OUTSIDE, json!({}));
    judge.state("review", REVIEW, json!({"profile": "other"}));
    assert_eq!(judge.review().0, Verdict::NeedsEvidence);
    assert_eq!(judge.engine.statements().standings.len(), 1);
    judge.state("review", REVIEW, json!({"profile": "pci"}));
    assert_eq!(judge.review().0, Verdict::Met);
}
