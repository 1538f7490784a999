//! An assessment: one profile's engine, and since when things are as it says.

mod seen;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use assay_api::{CollectorHealth, ComplianceProfile, ComplianceProfileSpec};
use assay_engine::{Engine, History, Profile, SectionState, Touched};
use assay_inventory::view::Text;
use assay_inventory::{Changes, Inventory, Subject};
use chrono::{DateTime, Utc};
use kube::ResourceExt;
use kube::api::ObjectMeta;

pub(crate) use seen::SeenProfile;

use crate::publish::Target;

/// One profile under assessment.
pub(crate) struct Assessment {
    /// Name of the profile.
    pub(crate) name: String,
    /// Its uid, for owner references.
    pub(crate) uid: String,
    /// Its generation, as last read.
    pub(crate) generation: Option<i64>,
    /// Its spec, if that can be read.
    spec: Option<ComplianceProfileSpec>,
    /// Judges by it.
    pub(crate) engine: Engine,
    /// Since when.
    pub(crate) history: History,
    /// Why the present spec cannot be used; the last good one stays in force.
    pub(crate) error: Option<anyhow::Error>,
    /// What changed since it was last rendered.
    touched: Touched,
    /// How its sources of evidence stood when that was last told.
    pub(crate) collectors: Vec<CollectorHealth>,
    /// Whether its own status is to be rendered, whatever else is.
    pub(crate) status_touched: bool,
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
                Some(error.into()),
            ),
        };
        let mut engine = Engine::new(parsed);
        engine.mark_all(inventory);
        Self {
            name,
            uid: profile.uid().unwrap_or_default(),
            generation: profile.metadata.generation,
            spec: Some(profile.spec.clone()),
            engine,
            history: History::default(),
            error,
            touched: Touched::default(),
            collectors: Vec::new(),
            status_touched: false,
            counted: BTreeMap::new(),
            past_first: false,
            published: BTreeSet::new(),
            reaching: BTreeMap::new(),
        }
    }

    /// Begins to assess by a profile that cannot be read: by the defaults, as with one that cannot be used.
    pub(crate) fn unread(meta: &ObjectMeta, error: anyhow::Error, inventory: &Inventory) -> Self {
        let profile = ComplianceProfile {
            metadata: meta.clone(),
            ..ComplianceProfile::default()
        };
        let mut assessment = Self::new(&profile, inventory);
        assessment.refuse(meta, error);
        assessment
    }

    /// Follows a change of the profile; whether it changed what is judged.
    pub(crate) fn update(&mut self, profile: &ComplianceProfile, inventory: &Inventory) -> bool {
        let uid = profile.uid().unwrap_or_default();
        // One that was deleted and created anew may look the same.
        let is_same = uid == self.uid;
        self.uid = uid;
        self.generation = profile.metadata.generation;
        if is_same && self.spec.as_ref() == Some(&profile.spec) {
            return false;
        }
        self.spec = Some(profile.spec.clone());
        match profile.meaning() {
            Ok(parsed) => {
                self.error = None;
                let before = std::mem::replace(&mut self.engine, Engine::new(parsed));
                self.engine.succeed(before, inventory);
            }
            Err(error) => {
                tracing::warn!(profile = self.name, %error, "the profile stays as it was");
                self.error = Some(error.into());
            }
        }
        true
    }

    /// Follows a change to what cannot be read: the last good spec stays in force. Whether that is news.
    pub(crate) fn refuse(&mut self, meta: &ObjectMeta, error: anyhow::Error) -> bool {
        let uid = meta.uid.clone().unwrap_or_default();
        // Every write of ours to the status comes by as a change.
        let is_known =
            self.spec.is_none() && (&uid, meta.generation) == (&self.uid, self.generation);
        self.uid = uid;
        self.generation = meta.generation;
        self.spec = None;
        if !is_known {
            tracing::warn!(profile = self.name, %error, "the profile cannot be read");
            self.error = Some(error);
        }
        !is_known
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
        self.status_touched
            || !self.touched.sections.is_empty()
            || !self.touched.namespaces.is_empty()
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

#[cfg(test)]
mod tests {
    use kube::Resource;
    use serde_json::json;

    use super::*;

    fn seen(generation: i64, severity: &str) -> SeenProfile {
        let check = json!({"id": "host-pid", "severity": severity, "reason": "as it is"});
        let spec = json!({"parameters": {"kubeletProbe": true}, "checks": [check]});
        let metadata = json!({"name": "pci", "uid": "1", "generation": generation});
        serde_json::from_value(json!({"metadata": metadata, "spec": spec})).unwrap()
    }

    #[test]
    fn a_profile_that_cannot_be_read_any_more_stays_as_it_was() {
        let inventory = Inventory::new(DateTime::UNIX_EPOCH);
        let good = seen(1, "Low").read().unwrap();
        let mut assessment = Assessment::new(&good, &inventory);
        for generation in [2, 3] {
            let bad = seen(generation, "Extreme");
            assert!(assessment.refuse(bad.meta(), bad.read().unwrap_err()));
            assert!(!assessment.refuse(bad.meta(), bad.read().unwrap_err()));
        }
        assert_eq!(assessment.generation, Some(3));
        assert!(assessment.engine.profile().params.kubelet_probe);
        let error = assessment.error.as_ref().unwrap().to_string();
        assert!(error.contains("spec.checks[host-pid]"), "{error}");
        // As it was, it is good again.
        assert!(assessment.update(&good, &inventory));
        assert!(assessment.error.is_none());
    }

    #[test]
    fn a_profile_that_could_never_be_read_is_assessed_by_the_defaults_until_it_can() {
        let inventory = Inventory::new(DateTime::UNIX_EPOCH);
        let bad = seen(1, "Extreme");
        let mut assessment = Assessment::unread(bad.meta(), bad.read().unwrap_err(), &inventory);
        assert_eq!(
            (assessment.name.as_str(), assessment.uid.as_str()),
            ("pci", "1")
        );
        assert!(assessment.error.is_some());
        assert!(!assessment.engine.profile().params.kubelet_probe);
        // Even if the defaults are what it says from now on.
        let empty = ComplianceProfile {
            metadata: bad.meta().clone(),
            ..ComplianceProfile::default()
        };
        assert!(assessment.update(&empty, &inventory));
        assert!(assessment.error.is_none());
    }
}
