//! Judging a subject anew: what it is now is compared with what it was, and whatever hangs on it is kept in step.

use std::sync::Arc;

use assay_checks::Check;
use assay_inventory::{Inventory, Readings, Relations, Subject};
use chrono::{DateTime, Utc};

use crate::Outcome;
use crate::due::Due;
use crate::engine::{Engine, Judged, Place};
use crate::judging::judge;
use crate::outcomes::Outcomes;
use crate::touched::Transition;

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
        let checks = self.checks.get(&kind).map(Arc::clone);
        let checks = checks.as_deref().unwrap_or_default();
        let (subject, old) = match self.outcomes.remove_entry(&subject) {
            Some((known, old)) => (known, Some(old)),
            None => (Arc::new(subject), None),
        };
        // Which of its checks waits for which instant is not kept, nor which reads what it does not declare: all of them judge.
        let due = match &old {
            Some(old) if old.again.is_none() && !old.undeclared => due,
            _ => Due::Whole,
        };
        let concerned = || {
            let all = checks.iter().copied().enumerate();
            all.filter(|(_, check)| due.concerns(check))
        };
        let readings = Readings::default();
        let mut fresh = std::mem::take(&mut self.scratch);
        let is_there = judge(
            inventory,
            now,
            &self.profile.params,
            concerned().map(|(_, check)| check),
            &subject,
            &readings,
            &mut fresh,
        );
        self.judgements += fresh.len() as u64;
        let mut reads = readings.take_reads();
        let (old_outcomes, old_reads) = match old {
            Some(old) => {
                if let Some(again) = old.again {
                    self.timers.remove(&(again, Arc::clone(&subject)));
                }
                (Some(old.outcomes), old.reads)
            }
            None => (None, Box::default()),
        };
        let from = |at: usize| old_outcomes.as_ref().and_then(|old| old.get(at));
        let mut differs = false;
        if is_there {
            for ((at, check), to) in concerned().zip(&fresh) {
                differs |= self.follow((kind, at), check, &subject, from(at), Some(to));
            }
            let others = checks.iter().filter(|check| !due.concerns(check));
            let others = others.map(|check| check.rule.read_set);
            let others = others.fold(Relations::default(), Relations::and);
            let stands = old_reads
                .iter()
                .filter(|key| key.relations().overlaps(others));
            reads.keys.extend(stands.map(|key| key.as_ref().clone()));
        } else {
            for (at, check) in checks.iter().enumerate() {
                differs |= self.follow((kind, at), check, &subject, from(at), None);
            }
        }
        if differs {
            self.touched.namespaces.insert(subject.namespace().cloned());
        }
        let undeclared = reads.undeclared.iter();
        self.undeclared
            .extend(undeclared.map(|relation| (subject.as_ref().clone(), *relation)));
        // Most changes leave what a subject reads as it was: then the index stays as it is, too.
        let same_reads = old_reads.iter().map(Arc::as_ref).eq(&reads.keys);
        if !same_reads {
            self.readers.forget(&subject, &old_reads);
        }
        if is_there {
            if let Some(again) = reads.again {
                self.timers.insert((again, Arc::clone(&subject)));
            }
            let outcomes = match old_outcomes {
                Some(old) if !differs => old,
                Some(old) if due != Due::Whole => {
                    let places = concerned().map(|(at, _)| at);
                    old.with(places.zip(fresh.drain(..)), &mut self.alike)
                }
                _ => Outcomes::take(&mut fresh, &mut self.alike),
            };
            let kept = Judged {
                outcomes,
                reads: if same_reads {
                    old_reads
                } else {
                    self.readers.note(&subject, reads.keys)
                },
                again: reads.again,
                undeclared: !reads.undeclared.is_empty(),
            };
            self.outcomes.insert(subject, kept);
        }
        self.scratch = fresh;
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
