//! Judging a subject anew: what it is now is compared with what it was, and whatever hangs on it is kept in step.

use std::collections::BTreeSet;
use std::sync::Arc;

use assay_checks::Check;
use assay_inventory::{Inventory, Readings, RelationKey, Relations, Subject, SubjectKind};
use chrono::{DateTime, Utc};

use crate::Outcome;
use crate::due::Due;
use crate::engine::{Engine, Judged, Place};
use crate::judging::judge;
use crate::outcomes::Outcomes;
use crate::touched::Transition;

/// The checks of a subject's kind, and which of them are to judge it.
#[derive(Clone, Copy)]
struct Checks<'a> {
    kind: SubjectKind,
    all: &'a [&'static Check],
    due: Due,
}

impl Checks<'_> {
    /// Those that are to judge, and where they stand among all.
    fn concerned(&self) -> impl Iterator<Item = (usize, &'static Check)> {
        let all = self.all.iter().copied().enumerate();
        all.filter(|(_, check)| self.due.concerns(check))
    }

    /// What the others read.
    fn read_by_others(&self) -> Relations {
        let others = self.all.iter().filter(|check| !self.due.concerns(check));
        let others = others.map(|check| check.rule.read_set);
        others.fold(Relations::default(), Relations::and)
    }
}

impl Engine {
    /// Judges a subject by those of its checks whom it concerns; the others' outcomes stand.
    pub(crate) fn judge_one(
        &mut self,
        inventory: &Inventory,
        now: DateTime<Utc>,
        subject: Subject,
        due: Due,
    ) {
        self.judged += 1;
        let kind = subject.kind();
        let all = self.checks.get(&kind).map(Arc::clone);
        let (subject, old) = match self.outcomes.remove_entry(&subject) {
            Some((known, old)) => (known, Some(old)),
            None => (Arc::new(subject), None),
        };
        // Which of its checks waits for which instant is not kept, nor which reads what it does not declare: all of them judge.
        let due = match &old {
            Some(old) if old.again.is_none() && !old.undeclared => due,
            _ => Due::Whole,
        };
        let checks = Checks {
            kind,
            all: all.as_deref().unwrap_or_default(),
            due,
        };
        let readings = Readings::default();
        let mut fresh = std::mem::take(&mut self.scratch);
        let is_there = judge(
            inventory,
            now,
            &self.profile.params,
            checks.concerned().map(|(_, check)| check),
            &subject,
            &readings,
            &mut fresh,
        );
        self.judgements += fresh.len() as u64;
        let reads = readings.take_reads();
        let undeclared = reads.undeclared.iter();
        self.undeclared
            .extend(undeclared.map(|relation| (subject.as_ref().clone(), *relation)));
        if let Some(again) = old.as_ref().and_then(|old| old.again) {
            self.timers.remove(&(again, Arc::clone(&subject)));
        }
        // Of a subject that is gone, every outcome ends.
        let due = if is_there { due } else { Due::Whole };
        let checks = Checks { due, ..checks };
        let differs = self.follow_all(&subject, checks, old.as_ref(), &fresh);
        let (outcomes, old_reads) = match old {
            Some(old) => (Some(old.outcomes), old.reads),
            None => (None, Box::default()),
        };
        if is_there {
            let outcomes = match outcomes {
                Some(old) if !differs => old,
                Some(old) if due != Due::Whole => {
                    let places = checks.concerned().map(|(at, _)| at);
                    old.with(places.zip(fresh.drain(..)), &mut self.alike)
                }
                _ => Outcomes::take(&mut fresh, &mut self.alike),
            };
            if let Some(again) = reads.again {
                self.timers.insert((again, Arc::clone(&subject)));
            }
            let kept = Judged {
                outcomes,
                reads: self.index(&subject, checks, old_reads, reads.keys),
                again: reads.again,
                undeclared: !reads.undeclared.is_empty(),
            };
            self.outcomes.insert(subject, kept);
        } else {
            self.readers.forget(&subject, &old_reads);
        }
        self.scratch = fresh;
    }

    /// Keeps in step with what those checks have judged that were to judge, which is nothing where the subject is gone; whether
    /// anything differs from what it was.
    fn follow_all(
        &mut self,
        subject: &Arc<Subject>,
        checks: Checks<'_>,
        old: Option<&Judged>,
        fresh: &[Outcome],
    ) -> bool {
        let mut differs = false;
        let mut fresh = fresh.iter();
        for (at, check) in checks.concerned() {
            let from = old.and_then(|old| old.outcomes.get(at));
            differs |= self.follow((checks.kind, at), check, subject, from, fresh.next());
        }
        if differs {
            self.touched.namespaces.insert(subject.namespace().cloned());
        }
        differs
    }

    /// Finds a subject by what was read of it, and by what the checks read that did not judge.
    fn index(
        &mut self,
        subject: &Arc<Subject>,
        checks: Checks<'_>,
        old: Box<[Arc<RelationKey>]>,
        mut keys: BTreeSet<RelationKey>,
    ) -> Box<[Arc<RelationKey>]> {
        let others = checks.read_by_others();
        let stands = old.iter().filter(|key| key.relations().overlaps(others));
        keys.extend(stands.map(|key| key.as_ref().clone()));
        // Most changes leave what a subject reads as it was: then the index stays as it is, too.
        if old.iter().map(Arc::as_ref).eq(&keys) {
            return old;
        }
        self.readers.forget(subject, &old);
        self.readers.note(subject, keys)
    }

    /// Keeps in step with an outcome; whether it differs from what it was.
    fn follow(
        &mut self,
        place: Place,
        check: &'static Check,
        subject: &Arc<Subject>,
        from: Option<&Outcome>,
        to: Option<&Outcome>,
    ) -> bool {
        // Seldom there are any: then no key is made up.
        let earlier = (!self.unconfirmed.is_empty())
            .then(|| {
                let key = (check.meta.id, subject.as_ref().clone());
                self.unconfirmed.remove(&key)
            })
            .flatten();
        if from == to && earlier.is_none() {
            return false;
        }
        let id = check.meta.id;
        let tally = self.tallies.entry(place).or_default();
        if let Some(from) = from {
            tally.uncount(from);
        }
        if let Some(to) = to {
            tally.count(to);
        }
        let fails = |outcome: Option<&Outcome>| matches!(outcome, Some(Outcome::Fail(_)));
        if fails(from) != fails(to) {
            self.failing.set(place, id, subject, fails(to));
        }
        self.touched.sections.insert(check.meta.control.section());
        let tells = |outcome: &Outcome| matches!(outcome, Outcome::Fail(_) | Outcome::Unknown(_));
        let from = from.cloned().or(earlier);
        let differs = from.as_ref() != to;
        if differs && (from.as_ref().is_some_and(tells) || to.is_some_and(tells)) {
            let witnessed = match &from {
                None => !self.comes_into_sight(subject),
                Some(from) => !matches!(from, Outcome::Unknown(_)),
            };
            self.touched.transitions.push(Transition {
                check: id,
                subject: subject.as_ref().clone(),
                from,
                to: to.cloned(),
                witnessed,
            });
        }
        true
    }
}
