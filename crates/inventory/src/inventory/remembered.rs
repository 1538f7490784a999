//! What is remembered of sources of evidence: of which node or namespace, how old, and how much is missing.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Changes, Inventory};
use crate::evidence::Collected;
use crate::view::{Selection, Text};
use crate::{Blind, EvidenceKey, EvidenceKind, ObjectKey, Per, RelationKey};

impl Inventory {
    /// An answer that comes after its node or namespace has gone is of no use.
    pub(super) fn is_about_something(&self, key: &EvidenceKey) -> bool {
        let object = || ObjectKey::new("", Text::clone(&key.about));
        key.about.is_empty()
            || match key.kind.per() {
                Per::Cluster => true,
                Per::Node => self.nodes.get(&object()).is_some(),
                Per::Namespace => self.namespaces.get(&object()).is_some(),
            }
    }

    pub(super) fn has_news_of(&mut self, key: EvidenceKey, changes: &mut Changes) {
        if key.kind.per() == Per::Cluster {
            self.tried.insert(key.kind);
        }
        changes.relations.insert(RelationKey::Evidence(key));
    }

    /// A node or namespace that is gone takes with it what was learned of it: one of that name that comes later is another.
    pub(crate) fn forget_evidence_of(&mut self, per: Per, name: &Text, changes: &mut Changes) {
        for kind in EvidenceKind::ALL
            .into_iter()
            .filter(|kind| kind.per() == per)
        {
            let key = EvidenceKey::about(kind, name);
            if self.collected.remove(&key).is_some() {
                changes.relations.insert(RelationKey::Evidence(key));
            }
        }
    }

    pub(crate) fn collected(&self, key: &EvidenceKey) -> Option<&Collected> {
        self.collected.get(key)
    }

    /// What stands of a source, of those of which it is `asked`.
    fn all_of(
        &self,
        kind: EvidenceKind,
        asked: impl Fn(&EvidenceKey) -> bool,
    ) -> impl Iterator<Item = &Collected> {
        let from = EvidenceKey::cluster(kind);
        self.collected
            .range(from..)
            .take_while(move |(key, _)| key.kind == kind)
            .filter(move |(key, _)| asked(key))
            .map(|(_, collected)| collected)
    }

    /// When each of what stands of a source was observed.
    fn observed(
        &self,
        kind: EvidenceKind,
        asked: impl Fn(&EvidenceKey) -> bool,
    ) -> impl Iterator<Item = DateTime<Utc>> {
        self.all_of(kind, asked)
            .filter_map(|collected| Some(collected.last.as_ref()?.at))
    }

    /// When the oldest of what stands of a source was observed.
    #[must_use]
    pub fn collected_at(
        &self,
        kind: EvidenceKind,
        asked: impl Fn(&EvidenceKey) -> bool,
    ) -> Option<DateTime<Utc>> {
        self.observed(kind, asked).min()
    }

    /// When a source answered last.
    #[must_use]
    pub fn last_success(
        &self,
        kind: EvidenceKind,
        asked: impl Fn(&EvidenceKey) -> bool,
    ) -> Option<DateTime<Utc>> {
        self.observed(kind, asked).max()
    }

    /// Of how much a source told when it was asked last, and why it did not of the first that it did not tell of.
    #[must_use]
    pub fn last_round(
        &self,
        kind: EvidenceKind,
        asked: impl Fn(&EvidenceKey) -> bool,
    ) -> (usize, Option<&Blind>) {
        let all = self.all_of(kind, asked);
        all.fold((0, None), |(told, first), collected| {
            let (tells, why) = match (&collected.failure, &collected.last) {
                (Some(failure), _) => (false, Some(failure)),
                (None, Some(last)) => last.answers(),
                (None, None) => (false, None),
            };
            (told + usize::from(tells), first.or(why))
        })
    }

    /// Of how many nodes evidence is to be expected, and of how many there is some that is younger than `max_age`.
    #[must_use]
    pub fn coverage(
        &self,
        kind: EvidenceKind,
        now: DateTime<Utc>,
        max_age: TimeDelta,
    ) -> (usize, usize) {
        let ready = self.nodes.keys().filter(|key| {
            let node = self.nodes.view(key);
            // One that cannot be read is expected all the same.
            node.is_none_or(|node| node.ready_since.is_some())
        });
        self.covered(kind, ready.map(|key| &key.name), now, max_age)
    }

    /// The same of those namespaces that are selected.
    #[must_use]
    pub fn coverage_of_namespaces(
        &self,
        kind: EvidenceKind,
        selection: &Selection,
        now: DateTime<Utc>,
        max_age: TimeDelta,
    ) -> (usize, usize) {
        let views = self
            .namespaces
            .keys()
            .filter_map(|key| self.namespaces.view(key));
        let selected = views.filter(|view| !view.terminating && selection.selects(&view.meta));
        self.covered(kind, selected.map(|view| &view.meta.name), now, max_age)
    }

    fn covered<'a>(
        &self,
        kind: EvidenceKind,
        expected: impl Iterator<Item = &'a Text>,
        now: DateTime<Utc>,
        max_age: TimeDelta,
    ) -> (usize, usize) {
        let young = |name: &Text| {
            let collected = self.collected.get(&EvidenceKey::about(kind, name));
            let last = collected.and_then(|collected| collected.last.as_ref());
            last.is_some_and(|evidence| now - evidence.at < max_age)
        };
        expected.fold((0, 0), |(expected, collected), name| {
            (expected + 1, collected + usize::from(young(name)))
        })
    }

    /// Whether a source has been asked for everything at least once.
    #[must_use]
    pub fn has_tried(&self, kind: EvidenceKind) -> bool {
        self.tried.contains(&kind)
    }
}
