//! Drives an inventory and an engine as the operator does, and holds them to the model.

use std::collections::BTreeMap;

use assay_engine::{Engine, Membership, Outcome, Profile, Scope, SectionState, Verdict, full};
use assay_inventory::view::{LabelSelector, Object, Operator, Requirement, Text};
use assay_inventory::{
    AnonymousProbe, Blind, Changes, DecodeError, Delta, EndpointAnswers, Evidence, EvidenceKind,
    Inventory, Kind, ObjectKey, Subject, decode,
};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::model::{Decoded, Model};
use super::objects::{Draft, NAMESPACES, Slot};
use super::probes::{self, Reading};
use super::steps::{Step, expiry, start};

type Holds = Result<(), TestCaseError>;
type Outcomes = BTreeMap<(Subject, &'static str), Outcome>;

/// What a reader of the reports sees.
#[derive(Debug, PartialEq)]
struct Shown {
    verdict: Verdict,
    sections: Vec<SectionState>,
    /// By namespace, each with check, subject, what is wrong, uid and who changed it.
    findings: BTreeMap<Option<Text>, Vec<String>>,
}

pub(crate) struct Machine {
    model: Model,
    inventory: Inventory,
    engine: Engine,
    /// Changes nobody has marked yet: the loop takes several deltas at a time.
    pending: Changes,
    /// What transitions add up to: they tell of failures and of what is unknown.
    told: Outcomes,
    shown: Option<Shown>,
    compared: u32,
}

/// A profile under which labels of a namespace decide what is in the cardholder data environment.
fn profile() -> Profile {
    let cde = Requirement {
        key: "pci".into(),
        operator: Operator::In,
        values: vec!["cde".into()],
    };
    Profile {
        scope: Scope {
            cde: Membership {
                namespace_selector: Some(LabelSelector {
                    requirements: vec![cde],
                }),
                ..Membership::default()
            },
            ..Scope::default()
        },
        ..Profile::default()
    }
}

impl Machine {
    pub(crate) fn new(waiting: &[Kind]) -> Self {
        let mut machine = Self {
            model: Model::new(start()),
            inventory: Inventory::new(start()),
            engine: Engine::new(profile()),
            pending: Changes::default(),
            told: Outcomes::new(),
            shown: None,
            compared: 0,
        };
        // The cluster itself is there from the start.
        machine.engine.mark_all(&machine.inventory);
        for kind in Kind::ALL {
            if !waiting.contains(&kind) {
                machine.apply(Delta::Relist(kind));
                if kind == Kind::Namespace {
                    machine.name_namespaces();
                }
                machine.apply(Delta::Listed(kind));
            }
        }
        machine
    }

    /// Namespaces are there before what is in them.
    fn name_namespaces(&mut self) {
        for name in NAMESPACES {
            let json = format!(r#"{{"metadata": {{"name": "{name}"}}}}"#);
            let object = decode(Kind::Namespace, &json, &[]).map(Box::new);
            self.upsert(Kind::Namespace, ObjectKey::new("", name), object);
        }
    }

    pub(crate) fn take(&mut self, step: &Step) -> Holds {
        match step {
            Step::Upsert(draft) => {
                let (key, object) = self.decoded(draft);
                self.upsert(draft.kind, key, object);
            }
            Step::Break(kind, slot, other) => {
                let error = DecodeError {
                    field: "spec".to_owned(),
                    reason: if *other { "is odd" } else { "is amiss" }.to_owned(),
                };
                self.upsert(*kind, key_of(*kind, *slot), Err(error));
            }
            Step::Mend(kind) => {
                if let Some(key) = self.model.broken(*kind) {
                    self.apply(Delta::Delete { kind: *kind, key });
                }
            }
            Step::Delete(kind, slot) => self.apply(Delta::Delete {
                kind: *kind,
                key: key_of(*kind, *slot),
            }),
            Step::Relist(kind) => self.apply(Delta::Relist(*kind)),
            Step::Mention(kind, slot) => self.mention(*kind, key_of(*kind, *slot)),
            Step::Listed(kind) => self.apply(Delta::Listed(*kind)),
            Step::RelistWith(kind, bits) => {
                self.apply(Delta::Relist(*kind));
                for (index, key) in self.model.keys(*kind).into_iter().enumerate() {
                    if bits >> (index % 8) & 1 == 1 {
                        self.mention(*kind, key);
                    }
                }
                self.apply(Delta::Listed(*kind));
            }
            Step::Lost(kind, reason, ago) => self.apply(Delta::Lost {
                kind: *kind,
                reason: *reason,
                at: self.model.now - TimeDelta::seconds(*ago),
                message: format!("{reason} {ago}").into(),
            }),
            Step::Answer(code, ago) => {
                self.apply(Delta::Collected(Evidence::AnonymousProbe(AnonymousProbe {
                    at: self.model.now - TimeDelta::minutes(*ago),
                    silent: Vec::new(),
                    endpoints: vec![EndpointAnswers {
                        address: "192.0.2.1:6443".into(),
                        livez: 200,
                        version: *code,
                        api: *code,
                    }],
                })));
            }
            Step::NoAnswer(reason) => self.apply(Delta::NotCollected {
                source: EvidenceKind::AnonymousProbe,
                blind: Blind::new(*reason, "no answer"),
            }),
            Step::Pass(time) => self.pass_until(self.model.now + *time),
            Step::PassUntilDue(just_before) => {
                if let Some(due) = self.due() {
                    self.pass_until(short_of(due, *just_before));
                }
            }
            Step::PassUntilExpiry(just_before) => self.pass_until(short_of(expiry(), *just_before)),
            Step::Settle(limit) => {
                self.mark();
                self.engine.settle(&self.inventory, self.model.now, *limit);
            }
            Step::Compare => self.compare()?,
        }
        Ok(())
    }

    fn decoded(&self, draft: &Draft) -> (ObjectKey, Decoded) {
        let mut object = draft.object.clone();
        if let Some(age) = draft.age {
            let created = self.model.now - TimeDelta::seconds(age);
            let written = created.to_rfc3339_opts(SecondsFormat::Secs, true);
            object["metadata"]["creationTimestamp"] = written.into();
        }
        let json = object.to_string();
        let decoded: Result<Object, DecodeError> =
            decode(draft.kind, &json, assay_checks::extractors());
        assert!(decoded.is_ok(), "{json}: {decoded:?}");
        (key_of(draft.kind, draft.slot), decoded.map(Box::new))
    }

    fn upsert(&mut self, kind: Kind, key: ObjectKey, object: Decoded) {
        self.apply(Delta::Upsert { kind, key, object });
    }

    fn mention(&mut self, kind: Kind, key: ObjectKey) {
        if let Some(object) = self.model.object(kind, &key).cloned() {
            self.upsert(kind, key, object);
        }
    }

    fn apply(&mut self, delta: Delta) {
        self.model.apply(&delta);
        self.inventory.apply(delta, &mut self.pending);
    }

    fn pass_until(&mut self, instant: DateTime<Utc>) {
        if instant > self.model.now {
            self.model.now = instant;
            self.inventory.advance(instant, &mut self.pending);
        }
    }

    /// When something may change by time alone.
    fn due(&self) -> Option<DateTime<Utc>> {
        let dues = [self.inventory.next_due(), self.engine.next_due()];
        dues.into_iter().flatten().min()
    }

    fn mark(&mut self) {
        self.engine.mark(&std::mem::take(&mut self.pending));
    }

    fn settle(&mut self) {
        self.mark();
        while self
            .engine
            .settle(&self.inventory, self.model.now, usize::MAX)
        {}
    }

    /// Judges all that is marked, and compares everything with a full evaluation of a fresh inventory.
    pub(crate) fn compare(&mut self) -> Holds {
        self.settle();
        self.compared += 1;
        let now = self.model.now;
        let fresh = self.model.fresh(now, self.compared.is_multiple_of(2));
        let whole = full(&fresh, profile(), now);
        let outcomes = outcomes(&self.engine);
        same("outcome", &outcomes, &self::outcomes(&whole))?;
        let shown = shown(&self.engine, &self.inventory);
        prop_assert_eq!(&shown, &self::shown(&whole, &fresh));
        prop_assert_eq!(
            self.engine.next_due(),
            whole.next_due(),
            "engine's next due"
        );
        prop_assert_eq!(self.inventory.objects(), fresh.objects(), "objects");
        for engine in [&self.engine, &whole] {
            prop_assert!(
                engine.undeclared_reads().is_empty(),
                "{:?} read without being declared",
                engine.undeclared_reads()
            );
        }
        self.told_what_changed(&outcomes, shown)?;
        // Until the next instant at which something is due, time changes nothing.
        let until = self
            .due()
            .map_or(now + TimeDelta::days(700), |due| short_of(due, true));
        if until > now {
            let later = full(&self.model.fresh(until, false), profile(), until);
            same(
                "outcome before anything is due",
                &outcomes,
                &self::outcomes(&later),
            )?;
        }
        Ok(())
    }

    /// Whoever renders only what was touched shows what is.
    fn told_what_changed(&mut self, outcomes: &Outcomes, shown: Shown) -> Holds {
        let tells = |outcome: &&Outcome| matches!(outcome, Outcome::Fail(_) | Outcome::Unknown(_));
        let touched = self.engine.take_touched();
        for transition in touched.transitions {
            let key = (transition.subject, transition.check);
            let from = transition.from.as_ref().filter(tells);
            prop_assert_eq!(self.told.get(&key), from, "{:?}", key);
            match transition.to.filter(|to| tells(&to)) {
                Some(to) => self.told.insert(key, to),
                None => self.told.remove(&key),
            };
        }
        let telling = outcomes.iter().filter(|(_, outcome)| tells(outcome));
        let telling: Outcomes = telling
            .map(|(key, outcome)| (key.clone(), outcome.clone()))
            .collect();
        same("sum of transitions", &self.told, &telling)?;
        if let Some(before) = &self.shown {
            for (old, new) in before.sections.iter().zip(&shown.sections) {
                let number = new.section.number;
                prop_assert!(
                    old == new || touched.sections.contains(&number),
                    "section {} changed unnoticed",
                    number
                );
            }
            for (namespace, new) in &shown.findings {
                prop_assert!(
                    before.findings.get(namespace) == Some(new)
                        || touched.namespaces.contains(namespace),
                    "findings in {:?} changed unnoticed from {:#?} to {:#?}",
                    namespace,
                    before.findings.get(namespace),
                    new
                );
            }
        }
        self.shown = Some(shown);
        Ok(())
    }

    pub(crate) fn readings(&self) -> BTreeMap<String, Reading> {
        probes::read(&self.inventory, self.model.now)
    }

    pub(crate) fn subjects(&self) -> BTreeMap<Subject, String> {
        probes::subjects(&self.inventory)
    }

    /// Whether what was read is what a fresh inventory says.
    pub(crate) fn reads_as_fresh(&self) -> Holds {
        let fresh = self.model.fresh(self.model.now, false);
        let values = |readings: BTreeMap<String, Reading>| -> BTreeMap<String, String> {
            readings
                .into_iter()
                .map(|(name, reading)| (name, reading.value))
                .collect()
        };
        same(
            "reading",
            &values(self.readings()),
            &values(probes::read(&fresh, self.model.now)),
        )?;
        same("subject", &self.subjects(), &probes::subjects(&fresh))
    }

    /// What changed since the last call.
    pub(crate) fn take_changes(&mut self) -> Changes {
        std::mem::take(&mut self.pending)
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.model.now
    }
}

fn short_of(instant: DateTime<Utc>, just_before: bool) -> DateTime<Utc> {
    if just_before {
        instant - TimeDelta::milliseconds(1)
    } else {
        instant
    }
}

fn key_of(kind: Kind, slot: Slot) -> ObjectKey {
    ObjectKey::new(slot.namespace_of(kind), slot.name_of(kind))
}

fn outcomes(engine: &Engine) -> Outcomes {
    let all = engine.outcomes();
    all.map(|(subject, check, outcome)| ((subject.clone(), check.meta.id), outcome.clone()))
        .collect()
}

fn shown(engine: &Engine, inventory: &Inventory) -> Shown {
    let (verdict, sections) = engine.sections(inventory);
    let mut namespaces: Vec<Option<Text>> = vec![None];
    namespaces.extend(NAMESPACES.map(|name| Some(name.into())));
    let findings = namespaces.into_iter().map(|namespace| {
        let found = engine.findings_in(namespace.as_ref());
        let lines = found.map(|finding| {
            let check = finding.check.meta.id;
            let provenance = inventory.provenance(finding.subject);
            let cde = engine.is_cde(finding.subject, inventory);
            format!(
                "{check} {} {:?} {:?} {cde} {:?}",
                finding.subject, finding.severity, provenance, finding.violation
            )
        });
        let lines = lines.collect();
        (namespace, lines)
    });
    Shown {
        verdict,
        sections,
        findings: findings.collect(),
    }
}

/// Compares two maps, and says where alone they differ.
fn same<K, V>(what: &str, got: &BTreeMap<K, V>, wanted: &BTreeMap<K, V>) -> Holds
where
    K: Ord + std::fmt::Debug,
    V: PartialEq + std::fmt::Debug,
{
    let keys = got.keys().chain(wanted.keys());
    let differs: Vec<String> = keys
        .filter(|key| got.get(key) != wanted.get(key))
        .map(|key| {
            let (got, wanted) = (got.get(key), wanted.get(key));
            format!("{what} of {key:?}:\n  is        {got:?}\n  should be {wanted:?}")
        })
        .collect();
    prop_assert!(differs.is_empty(), "{}", differs.join("\n"));
    Ok(())
}
