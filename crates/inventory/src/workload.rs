//! Workloads: pods gathered under their top controller, each distinct thing they run kept once.

mod placing;

use std::sync::Arc;

use chrono::TimeDelta;

use crate::few::Few;
use crate::view::{ChangedBy, Controller, Labels, PodSpec, RuntimeUser, Text};
use crate::{DecodeError, Kind, ObjectKey, WorkloadKey};

pub(crate) use placing::Workloads;

/// How long after its creation a pod's unseen owner is awaited, before the reference alone names the workload.
pub const OWNER_PATIENCE: TimeDelta = TimeDelta::seconds(5);

/// What some pods of a workload have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Class {
    pub(crate) spec: Arc<PodSpec>,
    /// Whether the API server admitted them; pods of a manifest it never saw.
    pub(crate) admitted: bool,
    pub(crate) users: Arc<Vec<RuntimeUser>>,
    pub(crate) labels: Arc<Labels>,
    /// The node whose kubelet mirrors it, see [`crate::view::Pod::mirror`].
    pub(crate) mirror: Option<Text>,
}

/// A workload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workload {
    /// Its key.
    pub key: Arc<WorkloadKey>,
    /// Controllers whose templates it is made of: its own object, or those below an unwatched top.
    controllers: Few<(Kind, ObjectKey), Arc<Controller>>,
    /// Live pods by class.
    classes: Few<Arc<Class>, u32>,
    /// Pods that are over.
    ended: u32,
    /// Uids by which pods and controllers below refer to it, where its own object is not watched.
    uids: Few<Text, u32>,
    /// Objects of it that cannot be read.
    broken: Few<(Kind, ObjectKey), Arc<DecodeError>>,
}

/// One distinct thing a workload runs, or would run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Variant<'a> {
    /// The spec.
    pub spec: &'a PodSpec,
    /// Users the runtime reported; empty for templates and where the runtime does not say.
    pub users: &'a [RuntimeUser],
    /// Whether it is a template no pod shows yet, or a pod of a manifest, so that admission has not filled in its
    /// defaults.
    pub template: bool,
    /// The node whose kubelet runs it from a file and only mirrors it here.
    pub mirror: Option<&'a Text>,
}

impl Workload {
    fn new(key: Arc<WorkloadKey>) -> Self {
        Self {
            key,
            controllers: Few::default(),
            classes: Few::default(),
            ended: 0,
            uids: Few::default(),
            broken: Few::default(),
        }
    }

    fn is_gone(&self) -> bool {
        self.controllers.is_empty()
            && self.classes.is_empty()
            && self.ended == 0
            && self.broken.is_empty()
    }

    /// Its own object, where that is watched and not a pod.
    #[must_use]
    pub fn controller(&self) -> Option<&Controller> {
        let kind = self.key.watched_kind()?;
        self.controllers
            .get(&(kind, self.key.object()))
            .map(AsRef::as_ref)
    }

    /// Uid of the object; empty in manifests.
    #[must_use]
    pub fn uid(&self) -> Text {
        self.controller().map_or_else(
            || self.uids.keys().next_back().cloned().unwrap_or_default(),
            |controller| controller.meta.uid.clone(),
        )
    }

    /// Who changed its object last, where that is known.
    #[must_use]
    pub fn changed_by(&self) -> Option<&ChangedBy> {
        self.controller()?.meta.changed_by.as_ref()
    }

    /// The first of its objects that cannot be read, and why.
    #[must_use]
    pub fn broken(&self) -> Option<(Kind, &ObjectKey, &DecodeError)> {
        self.broken
            .iter()
            .next()
            .map(|((kind, key), error)| (*kind, key, error.as_ref()))
    }

    /// Templates that speak for themselves: those whose rollout is not complete, and all while no pod lives.
    fn open_templates(&self) -> impl Iterator<Item = &crate::view::Template> {
        self.controllers
            .values()
            .filter(|controller| self.classes.is_empty() || !controller.rolled_out)
            .filter_map(|controller| controller.template.as_ref())
    }

    /// Every distinct thing it runs or would run, in an order that does not depend on how it came about.
    #[must_use]
    pub fn variants(&self) -> Vec<Variant<'_>> {
        let classes = self.classes.keys().map(|class| Variant {
            spec: &class.spec,
            users: &class.users,
            template: !class.admitted,
            mirror: class.mirror.as_ref(),
        });
        let mut all: Vec<Variant<'_>> = classes.collect();
        let live = all.len();
        all.extend(self.open_templates().map(|template| Variant {
            spec: &template.spec,
            users: &[],
            template: true,
            mirror: None,
        }));
        // Classes are in the order of their specs, and specs that are equal are one: to compare them field by field would be
        // for nothing, a hundred times for each judgement.
        let differ = |pair: &[Variant<'_>]| match pair {
            [one, next] => !std::ptr::eq(one.spec, next.spec),
            _ => true,
        };
        if all.len() == live && all.windows(2).all(differ) {
            return all;
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Labels of its pods, or of those its templates would make while none lives.
    pub fn labels(&self) -> impl Iterator<Item = &Labels> {
        self.shapes().map(|(labels, _)| labels.as_ref())
    }

    /// Labels and spec of its pods, or of those its templates would make while none lives.
    pub(crate) fn shapes(&self) -> impl Iterator<Item = (&Arc<Labels>, &PodSpec)> {
        let templates = self
            .controllers
            .values()
            .filter(|_| self.classes.is_empty())
            .filter_map(|controller| controller.template.as_ref())
            .map(|template| (&template.labels, template.spec.as_ref()));
        self.classes
            .keys()
            .map(|class| (&class.labels, class.spec.as_ref()))
            .chain(templates)
    }
}
