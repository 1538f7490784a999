//! An assessment: one profile's engine, and since when things are as it says.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use assay_api::{ComplianceProfile, ComplianceProfileSpec, ProfileError};
use assay_engine::{Engine, History, Profile, SectionState, Touched};
use assay_inventory::view::Text;
use assay_inventory::{Changes, Inventory, Subject};
use chrono::{DateTime, Utc};
use kube::ResourceExt;

use crate::publish::Target;

/// One profile under assessment.
pub(crate) struct Assessment {
    /// Name of the profile.
    pub(crate) name: String,
    /// Its uid, for owner references.
    pub(crate) uid: String,
    /// Its generation, as last read.
    pub(crate) generation: Option<i64>,
    spec: ComplianceProfileSpec,
    /// Judges by it.
    pub(crate) engine: Engine,
    /// Since when.
    pub(crate) history: History,
    /// Why the present spec cannot be used; the last good one stays in force.
    pub(crate) error: Option<ProfileError>,
    /// What changed since it was last rendered.
    touched: Touched,
    /// Sections as they were last counted; what is touched is counted anew.
    counted: BTreeMap<u8, Arc<SectionState>>,
    /// Whether the first pass is over.
    pub(crate) past_first: bool,
    /// Findings objects ordered: what is no longer wanted is removed.
    pub(crate) published: BTreeSet<Target>,
    /// Cluster-wide bindings with findings, by the namespaces whose `ServiceAccounts` they reach.
    pub(crate) reaching: BTreeMap<Text, Vec<Subject>>,
}

impl Assessment {
    /// Begins to assess by a profile.
    pub(crate) fn new(profile: &ComplianceProfile, inventory: &Inventory) -> Self {
        let name = profile.name_any();
        let (parsed, error) = match profile.meaning() {
            Ok(parsed) => (parsed, None),
            // Defaults judge more strictly than any profile could: nothing is excused, nothing is switched off.
            Err(error) => (
                Profile {
                    name: name.as_str().into(),
                    ..Profile::default()
                },
                Some(error),
            ),
        };
        let mut engine = Engine::new(parsed);
        engine.mark_all(inventory);
        Self {
            name,
            uid: profile.uid().unwrap_or_default(),
            generation: profile.metadata.generation,
            spec: profile.spec.clone(),
            engine,
            history: History::default(),
            error,
            touched: Touched::default(),
            counted: BTreeMap::new(),
            past_first: false,
            published: BTreeSet::new(),
            reaching: BTreeMap::new(),
        }
    }

    /// Follows a change of the profile; whether it changed what is judged.
    pub(crate) fn update(&mut self, profile: &ComplianceProfile, inventory: &Inventory) -> bool {
        let uid = profile.uid().unwrap_or_default();
        // One that was deleted and created anew may look the same.
        let is_same = uid == self.uid;
        self.uid = uid;
        self.generation = profile.metadata.generation;
        if is_same && self.spec == profile.spec {
            return false;
        }
        self.spec = profile.spec.clone();
        match profile.meaning() {
            Ok(parsed) => {
                self.error = None;
                let before = std::mem::replace(&mut self.engine, Engine::new(parsed));
                self.engine.succeed(before, inventory);
            }
            Err(error) => {
                tracing::warn!(profile = self.name, %error, "the profile stays as it was");
                self.error = Some(error);
            }
        }
        true
    }

    /// Marks whom changes concern.
    pub(crate) fn mark(&mut self, changes: &Changes) {
        self.engine.mark(changes);
    }

    /// Judges up to `limit` marked subjects; whether some are left.
    pub(crate) fn settle(
        &mut self,
        inventory: &Inventory,
        now: DateTime<Utc>,
        limit: usize,
    ) -> bool {
        let more = self.engine.settle(inventory, now, limit);
        let Touched {
            sections,
            namespaces,
            transitions,
        } = self.engine.take_touched();
        self.history.observe(&transitions, now, !self.past_first);
        if self.past_first && self.engine.take_regained() {
            // What vanished while nobody could see is over, now that somebody can.
            self.history.drop_unconfirmed(&self.engine);
        }
        self.touched.sections.extend(sections);
        self.touched.namespaces.extend(namespaces);
        more
    }

    /// Ends the first pass, or the adoption of what another leader wrote: what is no longer so is over.
    pub(crate) fn confirm(&mut self) {
        self.history.drop_unconfirmed(&self.engine);
        self.past_first = true;
    }

    /// What is to be rendered anew, and is counted anew as well.
    pub(crate) fn take_touched(&mut self) -> Touched {
        for section in &self.touched.sections {
            self.counted.remove(section);
        }
        std::mem::take(&mut self.touched)
    }

    /// All sections, in their order. Only those touched since the last call are counted, since counting walks all findings.
    pub(crate) fn sections(&mut self, inventory: &Inventory) -> Vec<Arc<SectionState>> {
        let sections = assay_catalog::sections().iter();
        sections
            .map(|section| {
                let counted = self.counted.entry(section.number);
                let fresh = || Arc::new(self.engine.section(section, inventory));
                Arc::clone(counted.or_insert_with(fresh))
            })
            .collect()
    }

    /// Whether something is to be rendered anew.
    pub(crate) fn is_touched(&self) -> bool {
        !self.touched.sections.is_empty() || !self.touched.namespaces.is_empty()
    }

    /// Everything is to be rendered anew.
    pub(crate) fn touch_all(&mut self, inventory: &Inventory) {
        let sections = assay_catalog::sections().iter();
        self.touched
            .sections
            .extend(sections.map(|section| section.number));
        self.touched.namespaces.insert(None);
        let namespaces = inventory.namespace_names().cloned().map(Some);
        self.touched.namespaces.extend(namespaces);
    }
}
