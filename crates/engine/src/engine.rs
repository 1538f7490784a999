//! The engine: keeps every outcome, and judges anew exactly those whom a change concerns.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use assay_catalog::ControlId;
use assay_checks::{Check, REVIEW};
use assay_inventory::{
    Blind, Changes, Interner, Inventory, Kind, Relation, RelationKey, Subject, SubjectKind,
};
use chrono::{DateTime, Utc};

use crate::due::{Due, Marked};
use crate::failing::Failing;
use crate::outcomes::Outcomes;
use crate::readers::Readers;
use crate::tally::Tally;
use crate::touched::{Touched, Transition};
use crate::{Outcome, Profile, Statements};

/// The control that is about logins which nobody can take back.
const LOGINS: ControlId = ControlId::new(1, 3);

/// Outcomes of one subject, in the order of its kind's checks, and what they rest on.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) outcomes: Outcomes,
    pub(crate) reads: Box<[Arc<RelationKey>]>,
    pub(crate) again: Option<DateTime<Utc>>,
    /// Whether some check read what it does not declare: a defect, which must not leave an outcome as it was.
    pub(crate) undeclared: bool,
}

/// A check, by the kind of its subjects and where it stands among the checks of that kind: quicker to look up than its name,
/// and there are some hundred of them for each subject.
pub(crate) type Place = (SubjectKind, usize);

/// Judges by one profile.
#[derive(Debug)]
pub struct Engine {
    pub(crate) profile: Profile,
    pub(crate) checks: BTreeMap<SubjectKind, Arc<[&'static Check]>>,
    /// Subjects are kept once and shared by the indexes: most sets of them hold one, in a node made for eleven. Found by hash:
    /// on its way down a tree of them, each comparison would wait for three places of memory that nobody has read lately.
    pub(crate) outcomes: HashMap<Arc<Subject>, Judged>,
    /// Where a subject's outcomes lie until they are kept: hundreds of bytes that nobody has to ask for anew each time.
    pub(crate) scratch: Vec<Outcome>,
    /// What many subjects have in common of their outcomes.
    pub(crate) alike: Interner<[Outcome]>,
    pub(crate) readers: Readers,
    pub(crate) timers: BTreeSet<(DateTime<Utc>, Arc<Subject>)>,
    dirty: Marked,
    pub(crate) tallies: BTreeMap<Place, Tally>,
    pub(crate) failing: Failing,
    /// Kinds that cannot be seen, or not whole, so that there may be subjects nobody knows of.
    pub(crate) blind: BTreeMap<Kind, Blind>,
    /// Kinds that have come into sight, until all whom that concerns have been judged; `None` before anything has.
    regaining: Option<BTreeSet<Kind>>,
    /// Whether that is done, and nobody has asked yet.
    regained: bool,
    pub(crate) touched: Touched,
    pub(crate) judged: u64,
    pub(crate) judgements: u64,
    pub(crate) undeclared: BTreeSet<(Subject, Relation)>,
    /// How people's statements stood when it last settled.
    stated: Statements,
    /// Whether some statement may have changed since.
    restated: bool,
    /// What fails or is unknown by the engine it took over from, until judged again.
    pub(crate) unconfirmed: BTreeMap<(&'static str, Subject), Outcome>,
}

impl Engine {
    /// An engine that has judged nothing.
    #[must_use]
    pub fn new(mut profile: Profile) -> Self {
        profile.params.profile = profile.name.clone();
        let mut checks: BTreeMap<SubjectKind, Vec<&'static Check>> = BTreeMap::new();
        for check in assay_checks::all() {
            let off = profile
                .checks
                .get(check.meta.id)
                .is_some_and(|setting| setting.disabled.is_some());
            if !off {
                let kind = check.rule.judge.subject_kind();
                checks.entry(kind).or_default().push(check);
            }
        }
        Self {
            profile,
            checks: checks
                .into_iter()
                .map(|(kind, checks)| (kind, checks.into()))
                .collect(),
            outcomes: HashMap::new(),
            scratch: Vec::new(),
            alike: Interner::default(),
            readers: Readers::default(),
            timers: BTreeSet::new(),
            dirty: Marked::default(),
            tallies: BTreeMap::new(),
            failing: Failing::default(),
            blind: BTreeMap::new(),
            regaining: None,
            regained: false,
            touched: Touched::default(),
            judged: 0,
            judgements: 0,
            undeclared: BTreeSet::new(),
            stated: Statements::default(),
            restated: true,
            unconfirmed: BTreeMap::new(),
        }
    }

    /// Takes the place of an engine that judged by an earlier version of the profile: everything is judged anew, and what
    /// was judged before counts as changed from, so that whoever follows transitions misses none.
    pub fn succeed(&mut self, before: Self, inventory: &Inventory) {
        let tells = |outcome: &Outcome| matches!(outcome, Outcome::Fail(_) | Outcome::Unknown(_));
        let told = before.outcomes().filter(|(_, _, outcome)| tells(outcome));
        let told: Vec<_> = told
            .map(|(subject, check, outcome)| ((check.meta.id, subject.clone()), outcome.clone()))
            .collect();
        // What the earlier engine had not come to judge itself is still unconfirmed.
        let Self {
            mut unconfirmed,
            touched,
            failing,
            ..
        } = before;
        unconfirmed.extend(told);
        self.touched.sections.extend(touched.sections);
        self.touched.namespaces.extend(touched.namespaces);
        self.touched.namespaces.extend(failing.into_namespaces());
        self.touched.transitions.extend(touched.transitions);
        let judged: BTreeSet<&str> = self
            .checks
            .values()
            .flat_map(|checks| checks.iter())
            .map(|check| check.meta.id)
            .collect();
        for ((id, subject), from) in unconfirmed {
            if judged.contains(id) {
                // Even if the subject is gone by now, its end must be told.
                self.dirty.mark(subject.clone(), Due::Whole);
                self.unconfirmed.insert((id, subject), from);
            } else {
                self.touched.transitions.push(Transition {
                    check: id,
                    subject,
                    from: Some(from),
                    to: None,
                    witnessed: true,
                });
            }
        }
        self.mark_all(inventory);
    }

    /// The profile it judges by.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Marks every subject to be judged.
    pub fn mark_all(&mut self, inventory: &Inventory) {
        self.dirty.extend(inventory.subjects());
        self.dirty
            .extend(self.outcomes.keys().map(Arc::as_ref).cloned());
        self.touch_everything();
    }

    /// Marks whom these changes concern.
    pub fn mark(&mut self, changes: &Changes) {
        self.dirty.extend(changes.subjects.iter().cloned());
        for subject in &changes.subjects {
            self.touch_findings_of(subject);
            // The profile's status lists what was issued, whether or not a check says so.
            if matches!(subject, Subject::Csr(_)) {
                self.touched.sections.insert(LOGINS.section());
            }
        }
        for key in &changes.relations {
            let due = Due::Reading(key.relations());
            for reader in self.readers.of(key) {
                self.dirty.mark(reader.clone(), due);
            }
            match key {
                RelationKey::Statements => self.restated = true,
                // The profile's status shows their hash, whether or not a check says otherwise for it.
                RelationKey::Entitlements => _ = self.touched.sections.insert(REVIEW.0.section()),
                _ => {}
            }
            // Labels decide what is in the cardholder data environment.
            if let RelationKey::Namespace(name) = key
                && self.profile.scope.is_declared()
            {
                self.touched.namespaces.insert(Some(name.clone()));
                self.touched.touch_sections();
            }
        }
        if changes.sight.is_empty() {
            return;
        }
        self.restated |= changes.sight.contains(&Kind::ComplianceStatement);
        self.touch_everything();
        let concerns = |kind: SubjectKind| {
            let own = kind.kinds().iter();
            let read = self
                .checks
                .get(&kind)
                .into_iter()
                .flat_map(|checks| checks.iter());
            let read = read
                .flat_map(|check| check.rule.reads)
                .flat_map(|relation| relation.kinds());
            own.chain(read).any(|kind| changes.sight.contains(kind))
        };
        let kinds: BTreeSet<SubjectKind> = self
            .checks
            .keys()
            .copied()
            .filter(|kind| concerns(*kind))
            .collect();
        let concerned = self
            .outcomes
            .keys()
            .filter(|subject| kinds.contains(&subject.kind()));
        self.dirty.extend(concerned.map(Arc::as_ref).cloned());
    }

    /// A finding also shows which incarnation it is of and who changed it last, which may differ while the outcome is
    /// the same.
    fn touch_findings_of(&mut self, subject: &Subject) {
        let Some(judged) = self.outcomes.get(subject) else {
            return;
        };
        let checks = self
            .checks
            .get(&subject.kind())
            .into_iter()
            .flat_map(|checks| checks.iter());
        let mut failing = checks
            .zip(judged.outcomes.iter())
            .filter(|(_, outcome)| matches!(outcome, Outcome::Fail(_)))
            .map(|(check, _)| check.meta.control.section())
            .peekable();
        if failing.peek().is_some() {
            self.touched.namespaces.insert(subject.namespace().cloned());
            self.touched.sections.extend(failing);
        }
    }

    fn touch_everything(&mut self) {
        self.touched.touch_sections();
        let namespaces = self
            .outcomes
            .keys()
            .map(|subject| subject.namespace().cloned());
        self.touched.namespaces.extend(namespaces);
        self.touched.namespaces.insert(None);
    }

    /// Judges up to `limit` marked subjects, and those whose time has come; whether some are left.
    pub fn settle(&mut self, inventory: &Inventory, now: DateTime<Utc>, limit: usize) -> bool {
        while let Some((at, subject)) = self.timers.first().cloned() {
            if at > now {
                break;
            }
            self.timers.remove(&(at, Arc::clone(&subject)));
            self.dirty.mark(subject.as_ref().clone(), Due::Whole);
        }
        let blind: BTreeMap<Kind, Blind> = Kind::ALL
            .into_iter()
            .filter_map(|kind| Some((kind, inventory.unlisted(kind, now)?)))
            .collect();
        if let Some(regaining) = &mut self.regaining {
            let seen = self.blind.keys().filter(|kind| !blind.contains_key(kind));
            regaining.extend(seen);
        }
        self.blind = blind;
        if self.restated || self.stated.due.is_some_and(|due| due <= now) {
            self.restate(inventory, now);
        }
        for _ in 0..limit {
            let Some((subject, due)) = self.dirty.pop() else {
                break;
            };
            self.judge_one(inventory, now, subject, due);
        }
        if self.dirty.is_empty() {
            let regaining = self.regaining.replace(BTreeSet::new());
            self.regained |= regaining.is_none_or(|kinds| !kinds.is_empty());
        }
        !self.dirty.is_empty()
    }

    /// Whether a subject that is new may have been there before, while a kind was not in sight.
    pub(crate) fn comes_into_sight(&self, subject: &Subject) -> bool {
        let Some(regaining) = &self.regaining else {
            return true;
        };
        // Which workload a pod belongs to, any of their kinds may tell.
        let of = match subject {
            Subject::Workload(_) => SubjectKind::Workload.kinds().to_vec(),
            _ => subject.own_kinds(),
        };
        of.iter().any(|kind| regaining.contains(kind))
    }

    /// Looks anew at what people have stated.
    fn restate(&mut self, inventory: &Inventory, now: DateTime<Utc>) {
        self.restated = false;
        let stated = Statements::at(inventory, &self.profile.name, now);
        if stated != self.stated {
            self.stated = stated;
            self.touched.touch_sections();
        }
    }

    /// How people's statements stood when it last settled.
    #[must_use]
    pub fn statements(&self) -> &Statements {
        &self.stated
    }

    /// Whether something has come into sight since the last call, and everything is judged: then what was adopted and
    /// is not there is over, see [`crate::History::drop_unconfirmed`].
    pub fn take_regained(&mut self) -> bool {
        std::mem::take(&mut self.regained)
    }

    /// The next instant at which time alone may change an outcome.
    #[must_use]
    pub fn next_due(&self) -> Option<DateTime<Utc>> {
        let timer = self.timers.first().map(|(at, _)| *at);
        timer.into_iter().chain(self.stated.due).min()
    }

    /// How many times a subject has been judged since the engine was made: what changes have cost.
    #[must_use]
    pub fn judged(&self) -> u64 {
        self.judged
    }

    /// How many single judgements were made, of one subject by one check: not all of its checks judge where something beside it
    /// changed.
    #[must_use]
    pub fn judgements(&self) -> u64 {
        self.judgements
    }

    /// What changed since the last call.
    pub fn take_touched(&mut self) -> Touched {
        std::mem::take(&mut self.touched)
    }

    /// Relations that some check read of a subject without declaring them: a defect of the check, since neither a loss of sight
    /// nor a change would reach it.
    #[must_use]
    pub fn undeclared_reads(&self) -> &BTreeSet<(Subject, Relation)> {
        &self.undeclared
    }

    /// Whether the kinds a subject comes from cannot be seen, so that its absence says nothing.
    pub(crate) fn is_blind_for(&self, subject: &Subject) -> bool {
        // Of a workload all kinds count: one that stands between decides under which name it appears.
        let kinds = subject.kind().kinds();
        kinds.iter().any(|kind| self.blind.contains_key(kind))
    }

    /// Where a check stands, unless the profile switches it off.
    pub(crate) fn place(&self, check: &Check) -> Option<Place> {
        let kind = check.rule.judge.subject_kind();
        let mut checks = self.checks.get(&kind)?.iter();
        let at = checks.position(|other| other.meta.id == check.meta.id)?;
        Some((kind, at))
    }

    pub(crate) fn tally(&self, check: &Check) -> Option<&Tally> {
        self.tallies.get(&self.place(check)?)
    }
}
