//! What the writer is to write once something has been judged anew.

use std::collections::{BTreeMap, BTreeSet};

use assay_api::{ComplianceProfile, ComplianceProfileSpec};
use assay_engine::Touched;
use assay_inventory::view::{SubjectKind, Text};
use assay_inventory::{ObjectKey, Subject};
use chrono::{DateTime, Utc};
use kube::ResourceExt;

use super::Follower;
use crate::assessment::Assessment;
use crate::publish::{Desired, Order, Target};
use crate::render::{View, findings_objects, profile_status, report};

impl Follower {
    pub(super) fn orders_of(
        &mut self,
        assessment: &mut Assessment,
        touched: &Touched,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Vec<Order>> {
        let mut orders = Vec::new();
        if touched.sections.is_empty() && touched.namespaces.is_empty() {
            return Ok(orders);
        }
        let sections = assessment.sections(&self.inventory);
        let rendered = sections
            .iter()
            .filter(|state| touched.sections.contains(&state.section.number));
        for state in rendered {
            let object = report(assessment, &self.inventory, state, now);
            self.tell_section(assessment, &object);
            let target = Target::Report(object.name_any());
            orders.push(Order::Set(target, Box::new(Desired::new(&object)?)));
        }
        let mut object = ComplianceProfile::new(&assessment.name, ComplianceProfileSpec::default());
        let status = profile_status(assessment, &sections, &self.inventory, self.started, now);
        self.tell_sources(&assessment.name, &status);
        object.status = Some(status);
        let target = Target::Profile(assessment.name.clone());
        orders.push(Order::Set(target, Box::new(Desired::new(&object)?)));
        self.order_findings(assessment, &touched.namespaces, now, &mut orders)?;
        Ok(orders)
    }

    fn order_findings(
        &mut self,
        assessment: &mut Assessment,
        namespaces: &BTreeSet<Option<Text>>,
        now: DateTime<Utc>,
        orders: &mut Vec<Order>,
    ) -> anyhow::Result<()> {
        let mut names: BTreeSet<Text> = namespaces.iter().flatten().cloned().collect();
        if namespaces.contains(&None) {
            let reaching = self.reach(assessment);
            let before = std::mem::replace(&mut assessment.reaching, reaching);
            names.insert(self.home.as_str().into());
            let differing = before
                .iter()
                .filter(|(name, subjects)| assessment.reaching.get(*name) != Some(subjects))
                .map(|(name, _)| name);
            names.extend(differing.cloned());
            names.extend(assessment.reaching.keys().cloned());
        }
        for name in names {
            let old: Vec<Target> = assessment
                .published
                .iter()
                .filter(|target| target.namespace() == Some(name.as_ref()))
                .cloned()
                .collect();
            // What is going away takes its findings with it, and accepts no new ones.
            let alive = self
                .inventory
                .namespace(&name)
                .is_some_and(|view| !view.terminating);
            let mut wanted = BTreeSet::new();
            if alive || name.as_ref() == self.home {
                let view = View {
                    assessment,
                    inventory: &self.inventory,
                    now,
                };
                let reaching = assessment
                    .reaching
                    .get(&name)
                    .map_or(&[][..], Vec::as_slice);
                for object in findings_objects(view, &name, &self.home, reaching) {
                    let target = Target::Findings(name.to_string(), object.name_any());
                    wanted.insert(target.clone());
                    orders.push(Order::Set(target, Box::new(Desired::new(&object)?)));
                }
            }
            for target in old {
                if !wanted.contains(&target) {
                    assessment.published.remove(&target);
                    orders.push(Order::Remove(target));
                }
            }
            assessment.published.extend(wanted);
        }
        Ok(())
    }

    /// Failing cluster-wide bindings by the namespaces whose `ServiceAccounts` they name.
    fn reach(&self, assessment: &Assessment) -> BTreeMap<Text, Vec<Subject>> {
        let mut reaching: BTreeMap<Text, Vec<Subject>> = BTreeMap::new();
        for finding in assessment.engine.findings_in(None) {
            let Subject::Binding(key) = finding.subject else {
                continue;
            };
            let subjects = self.binding_subjects(key);
            for namespace in subjects {
                let list = reaching.entry(namespace).or_default();
                if list.last() != Some(finding.subject) && !list.contains(finding.subject) {
                    list.push(finding.subject.clone());
                }
            }
        }
        reaching
    }

    fn binding_subjects(&self, key: &ObjectKey) -> BTreeSet<Text> {
        let binding = self.inventory.binding(key);
        let subjects = binding.into_iter().flat_map(|binding| &binding.subjects);
        subjects
            .filter(|subject| subject.kind == SubjectKind::ServiceAccount)
            .map(|subject| subject.namespace.clone())
            .collect()
    }
}
