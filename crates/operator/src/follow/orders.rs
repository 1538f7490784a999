//! What the writer is to write once something has been judged anew.

use std::collections::{BTreeMap, BTreeSet};

use assay_api::{ComplianceProfile, ComplianceProfileSpec};
use assay_engine::Touched;
use assay_inventory::view::{SubjectKind, Text};
use assay_inventory::{Inventory, Kind, ObjectKey, Subject};
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
        let status_touched = std::mem::take(&mut assessment.status_touched);
        if touched.sections.is_empty() && touched.namespaces.is_empty() && !status_touched {
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
        assessment.collectors.clone_from(&status.collectors);
        object.status = Some(status);
        let target = Target::Profile(assessment.name.clone());
        orders.push(Order::Set(target, Box::new(Desired::new(&object)?)));
        self.order_findings(assessment, touched, now, &mut orders)?;
        Ok(orders)
    }

    fn order_findings(
        &mut self,
        assessment: &mut Assessment,
        touched: &Touched,
        now: DateTime<Utc>,
        orders: &mut Vec<Order>,
    ) -> anyhow::Result<()> {
        let mut names: BTreeSet<Text> = touched.namespaces.iter().flatten().cloned().collect();
        if touched.namespaces.contains(&None) {
            let reaching = self.reach(assessment);
            let before = std::mem::replace(&mut assessment.reaching, reaching);
            names.insert(self.home.as_str().into());
            let differing = before
                .iter()
                .filter(|(name, subjects)| assessment.reaching.get(*name) != Some(subjects))
                .map(|(name, _)| name);
            names.extend(differing.cloned());
            names.extend(assessment.reaching.keys().cloned());
            // Everything is shown anew, and so is what stands in namespaces that are not listed: taken over, or over by now.
            if touched.sections.len() == assay_catalog::sections().len() {
                names.extend(self.unlisted(assessment));
            }
        }
        for name in names {
            let old: Vec<Target> = assessment
                .published
                .iter()
                .filter(|target| target.namespace() == Some(name.as_ref()))
                .cloned()
                .collect();
            let mut wanted = BTreeSet::new();
            if is_alive(&self.inventory, &name, now) || name.as_ref() == self.home {
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

    /// Namespaces of which no view is known, and in which findings stand.
    fn unlisted(&self, assessment: &Assessment) -> impl Iterator<Item = Text> {
        let namespaces = assessment.published.iter().filter_map(Target::namespace);
        namespaces
            .map(Text::from)
            .filter(move |name| self.inventory.namespace(name).is_none())
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

/// Whether findings can stand in a namespace. What is going away takes its findings with it, and accepts no new ones. Only what
/// would have been listed is gone: of one that cannot be seen or read, findings keep standing, and since when they do.
fn is_alive(inventory: &Inventory, name: &Text, now: DateTime<Utc>) -> bool {
    if let Some(view) = inventory.namespace(name) {
        return !view.terminating;
    }
    let namespace = Subject::Namespace(name.clone());
    inventory.blind(Kind::Namespace, now).is_some() || inventory.unparseable(&namespace).is_some()
}

#[cfg(test)]
mod tests {
    use assay_inventory::{Changes, DecodeError, Delta, Reason, decode};
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn only_a_namespace_that_would_have_been_listed_is_gone() {
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        let mut inventory = Inventory::new(now);
        let alive = |inventory: &Inventory, name: &str| is_alive(inventory, &name.into(), now);
        assert!(alive(&inventory, "shop"), "nothing is listed yet");

        let namespace = |name: &str, object: Result<&str, &str>| Delta::Upsert {
            kind: Kind::Namespace,
            key: ObjectKey::new("", name),
            object: match object {
                Ok(json) => decode(Kind::Namespace, json, &[]).map(Box::new),
                Err(reason) => Err(DecodeError {
                    field: ".".to_owned(),
                    reason: reason.to_owned(),
                }),
            },
        };
        let going = r#"{"metadata": {"name": "going", "deletionTimestamp": "2026-11-20T11:59:00Z"},
            "status": {"phase": "Terminating"}}"#;
        for delta in [
            namespace("shop", Ok(r#"{"metadata": {"name": "shop"}}"#)),
            namespace("going", Ok(going)),
            namespace("odd", Err("is no namespace")),
            Delta::Listed(Kind::Namespace),
        ] {
            inventory.apply(delta, &mut Changes::default());
        }
        let seen = ["shop", "going", "odd", "gone"].map(|name| alive(&inventory, name));
        assert_eq!(seen, [true, false, true, false]);

        let lost = Delta::Lost {
            kind: Kind::Namespace,
            reason: Reason::Forbidden,
            at: now - TimeDelta::minutes(1),
            message: "no".into(),
        };
        inventory.apply(lost, &mut Changes::default());
        let lost = ["shop", "going", "odd", "gone"].map(|name| alive(&inventory, name));
        assert_eq!(lost, [true, false, true, true]);
    }
}
