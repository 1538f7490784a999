//! Drives an inventory and an engine as the operator does, and holds them to the model.

use std::collections::BTreeMap;

use assay_engine::{Engine, Outcome, Touched, full};
use assay_inventory::{
    Changes, DecodeError, Delta, Inventory, Kind, ObjectKey, Subject, Under, decode,
};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::admission::Tried;
use super::compare::{Holds, Outcomes, Shown, outcomes, same, shown};
use super::model::{Decoded, Model};
use super::objects::{NAMESPACES, Slot};
use super::probes::{self, Reading};
use super::profiles::profile;
use super::said;
use super::steps::{Step, expiry, start};

pub(crate) struct Machine {
    model: Model,
    /// The objects last written, as they were.
    written: BTreeMap<(Kind, ObjectKey), Value>,
    inventory: Inventory,
    engine: Engine,
    profile: u8,
    touched: Touched,
    /// Changes nobody has marked yet: the loop takes several deltas at a time.
    pending: Changes,
    /// What transitions add up to: they tell of failures and of what is unknown.
    told: Outcomes,
    shown: Option<Shown>,
    compared: u32,
}

impl Machine {
    pub(crate) fn new(waiting: &[Kind]) -> Self {
        let mut machine = Self {
            model: Model::new(start()),
            written: BTreeMap::new(),
            inventory: Inventory::new(start()),
            engine: Engine::new(profile(0)),
            profile: 0,
            touched: Touched::default(),
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
                let mut object = draft.object.clone();
                if let Some(age) = draft.age {
                    let created = self.model.now - TimeDelta::seconds(age);
                    let written = created.to_rfc3339_opts(SecondsFormat::Secs, true);
                    object["metadata"]["creationTimestamp"] = written.into();
                }
                self.write(draft.kind, key_of(draft.kind, draft.slot), object);
            }
            Step::Rewrite(kind, slot, anew) => self.rewrite(*kind, key_of(*kind, *slot), *anew),
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
            Step::Tried(tried, ago) => self.tried(tried, *ago),
            Step::StaticPod(node, which) => {
                let node = key_of(Kind::Node, *node).name;
                let (key, pod) = said::mirror_pod(&node, *which, self.model.now);
                self.write(Kind::Pod, key, pod);
            }
            Step::Answer(..)
            | Step::Kubelet(..)
            | Step::Flagz(..)
            | Step::Metrics(..)
            | Step::Map(..)
            | Step::Shown(..)
            | Step::Reviews(..)
            | Step::Kubeadm(..)
            | Step::Secrets(..)
            | Step::NoAnswer(..) => {
                if let Some(delta) = said::delta(step, self.model.now) {
                    self.apply(delta);
                }
            }
            Step::Recall(slot, own, left) => {
                self.recall(&key_of(Kind::CertificateSigningRequest, *slot), *own, *left);
            }
            Step::LeftOut(left) => {
                let until = self.model.now + TimeDelta::seconds(*left);
                self.apply(Delta::LeftOut(until));
            }
            Step::Pass(time) => self.pass_until(self.model.now + *time),
            Step::PassUntilDue(just_before) => {
                if let Some(due) = self.due() {
                    self.pass_until(short_of(due, *just_before));
                }
            }
            Step::PassUntilExpiry(just_before) => self.pass_until(short_of(expiry(), *just_before)),
            Step::Settle(limit) => {
                self.mark();
                self.judge(*limit);
            }
            Step::Reprofile(which) => {
                self.profile = *which;
                let before = std::mem::replace(&mut self.engine, Engine::new(profile(*which)));
                self.engine.succeed(before, &self.inventory);
            }
            Step::Compare => self.compare()?,
        }
        Ok(())
    }

    /// Pods are tried in a namespace as it is, or as it was before it had any labels.
    fn tried(&mut self, tried: &Tried, ago: i64) {
        let key = ObjectKey::new("", tried.namespace);
        let under = match self.model.object(Kind::Namespace, &key) {
            Some(Ok(object)) if tried.present => Under {
                uid: object.meta().uid.clone(),
                labels: object.meta().labels.clone(),
            },
            _ => Under::default(),
        };
        let at = self.model.now - TimeDelta::minutes(ago);
        self.apply(Delta::Collected(tried.evidence(under, at)));
    }

    /// Another replica remembers a request: the one that is there, or one of the same name before it.
    fn recall(&mut self, key: &ObjectKey, own: bool, left: i64) {
        let there = self.model.object(Kind::CertificateSigningRequest, key);
        let uid = there.and_then(|object| Some(object.as_ref().ok()?.meta().uid.clone()));
        let uid = uid.filter(|_| own).unwrap_or_else(|| "recalled".into());
        let end = self.model.now + TimeDelta::seconds(left);
        let request = said::recalled(&key.name, &uid, end);
        self.apply(Delta::Recalled(Box::new(request)));
    }

    fn write(&mut self, kind: Kind, key: ObjectKey, object: Value) {
        let json = object.to_string();
        let decoded = decode(kind, &json, assay_checks::extractors()).map(Box::new);
        assert!(decoded.is_ok(), "{json}: {decoded:?}");
        self.written.insert((kind, key.clone()), object);
        self.upsert(kind, key, decoded);
    }

    fn rewrite(&mut self, kind: Kind, key: ObjectKey, anew: bool) {
        let there = matches!(self.model.object(kind, &key), Some(Ok(_)));
        let written = self.written.get(&(kind, key.clone()));
        if let Some(mut object) = written.filter(|_| there).cloned() {
            if anew {
                object["metadata"]["uid"] = "another".into();
            } else {
                let time = self.model.now.to_rfc3339_opts(SecondsFormat::Secs, true);
                object["metadata"]["managedFields"] = json!([{"manager": "eve", "time": time}]);
            }
            self.write(kind, key, object);
        }
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

    /// Judges up to `limit` subjects; whether some are left.
    fn judge(&mut self, limit: usize) -> bool {
        let more = self.engine.settle(&self.inventory, self.model.now, limit);
        let touched = self.engine.take_touched();
        self.touched.sections.extend(touched.sections);
        self.touched.namespaces.extend(touched.namespaces);
        self.touched.transitions.extend(touched.transitions);
        more
    }

    /// Judges all that is marked, and compares everything with a full evaluation of a fresh inventory.
    pub(crate) fn compare(&mut self) -> Holds {
        self.mark();
        while self.judge(usize::MAX) {}
        self.compared += 1;
        let now = self.model.now;
        let fresh = self.model.fresh(now, self.compared.is_multiple_of(2));
        let whole = full(&fresh, profile(self.profile), now);
        let judged = outcomes(&self.engine);
        same("outcome", &judged, &outcomes(&whole))?;
        let visible = shown(&self.engine, &self.inventory);
        prop_assert_eq!(&visible, &shown(&whole, &fresh));
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
        let verdict = visible.verdict;
        self.told_what_changed(&judged, visible)?;
        // Until the next instant at which something is due, time changes nothing.
        let until = self
            .due()
            .map_or(now + TimeDelta::days(700), |due| short_of(due, true));
        if until > now {
            let later = full(
                &self.model.fresh(until, false),
                profile(self.profile),
                until,
            );
            same("outcome before anything is due", &judged, &outcomes(&later))?;
            let sections = later.sections(&self.inventory);
            prop_assert_eq!(sections.0, verdict, "verdict before anything is due");
            prop_assert_eq!(later.statements(), self.engine.statements());
        }
        Ok(())
    }

    /// Whoever renders only what was touched shows what is.
    fn told_what_changed(&mut self, outcomes: &Outcomes, shown: Shown) -> Holds {
        let tells = |outcome: &&Outcome| matches!(outcome, Outcome::Fail(_) | Outcome::Unknown(_));
        let touched = std::mem::take(&mut self.touched);
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

pub(crate) fn key_of(kind: Kind, slot: Slot) -> ObjectKey {
    ObjectKey::new(slot.namespace_of(kind), slot.name_of(kind))
}
