//! Placing: which workload a pod or controller belongs to, kept right as owners come, change and go.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{Class, OWNER_PATIENCE, Workload};
use crate::few::Few;
use crate::table::Hashed;
use crate::view::{Controller, Meta, OwnerRef, Phase, Pod, Text};
use crate::{Changes, Kind, ObjectKey, RelationKey, Subject, WorkloadKey};

type Id = (Kind, ObjectKey);

/// What an object adds to its workload.
#[derive(Debug, Clone, PartialEq)]
enum Share {
    Controller(Arc<Controller>),
    Live(Arc<Class>),
    Ended,
    Broken(Arc<crate::DecodeError>),
}

#[derive(Debug, Clone, PartialEq)]
struct Placed {
    workload: Arc<WorkloadKey>,
    /// Uid of the workload's object, where an owner reference told it.
    uid: Option<Text>,
    share: Share,
}

enum Top {
    Is(WorkloadKey, Option<Text>),
    Awaited,
}

/// All workloads, and the objects they are made of.
#[derive(Debug, Default)]
pub(crate) struct Workloads {
    pub(crate) pods: Hashed<Pod>,
    pub(crate) controllers: BTreeMap<Kind, Hashed<Controller>>,
    /// Found by hash as the objects are.
    rows: HashMap<Arc<WorkloadKey>, Workload>,
    /// The rows of each namespace, in order.
    namespaces: HashMap<Text, BTreeSet<Arc<WorkloadKey>>>,
    placed: HashMap<Id, Placed>,
    /// Objects by the watched controller that owns them.
    children: HashMap<Id, BTreeSet<Id>>,
    /// Objects whose owner has not been seen, by the instant at which the wait ends.
    awaiting: BTreeSet<(DateTime<Utc>, Id)>,
}

/// Whether objects of this kind own pods, directly or not.
const fn is_controller(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Deployment
            | Kind::StatefulSet
            | Kind::DaemonSet
            | Kind::CronJob
            | Kind::Job
            | Kind::ReplicaSet
    )
}

impl Workloads {
    pub(crate) fn get(&self, key: &WorkloadKey) -> Option<&Workload> {
        self.rows.get(key)
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &WorkloadKey> {
        self.rows.keys().map(Arc::as_ref)
    }

    pub(crate) fn in_namespace(&self, namespace: &Text) -> impl Iterator<Item = &Workload> {
        let keys = self.namespaces.get(namespace).into_iter().flatten();
        keys.filter_map(|key| self.rows.get(key))
    }

    /// The instant at which the next wait for an owner ends.
    pub(crate) fn next_due(&self) -> Option<DateTime<Utc>> {
        self.awaiting.first().map(|(due, _)| *due)
    }

    /// Ends the waits that are over at `now`.
    pub(crate) fn advance(&mut self, now: DateTime<Utc>, changes: &mut Changes) {
        while let Some((due, id)) = self.awaiting.first().cloned() {
            if due > now {
                break;
            }
            self.awaiting.remove(&(due, id.clone()));
            self.place(&id, now, changes);
        }
    }

    /// Follows a change of one object; `old` is how it was linked before, if it could be read.
    pub(crate) fn changed(
        &mut self,
        kind: Kind,
        key: &ObjectKey,
        old: Option<&Meta>,
        now: DateTime<Utc>,
        changes: &mut Changes,
    ) {
        let id = (kind, key.clone());
        let new = self.meta(&id);
        let relinked = match (old, new) {
            (Some(old), Some(new)) => (&old.uid, &old.owner) != (&new.uid, &new.owner),
            _ => true,
        };
        let old_owner = old.and_then(|old| old.owner.as_ref());
        let owner = new.and_then(|new| new.owner.clone());
        if old_owner != owner.as_ref() {
            if let Some(parent) = old_owner.and_then(|owner| parent_id(&key.namespace, owner))
                && let Some(children) = self.children.get_mut(&parent)
            {
                children.remove(&id);
                if children.is_empty() {
                    self.children.remove(&parent);
                }
            }
            if let Some(parent) = owner.and_then(|owner| parent_id(&key.namespace, &owner)) {
                self.children.entry(parent).or_default().insert(id.clone());
            }
        }
        self.place(&id, now, changes);
        // Those below it ask only whether it is the one they name, and who owns it.
        if relinked && is_controller(kind) {
            self.place_descendants(&id, now, changes);
        }
    }

    fn place_descendants(&mut self, id: &Id, now: DateTime<Utc>, changes: &mut Changes) {
        // Owner references can form a circle in hostile objects: each is placed once.
        let mut seen = BTreeSet::from([id.clone()]);
        let mut queue = vec![id.clone()];
        while let Some(parent) = queue.pop() {
            let children: Vec<Id> = self
                .children
                .get(&parent)
                .into_iter()
                .flatten()
                .cloned()
                .collect();
            for child in children {
                if seen.insert(child.clone()) {
                    self.place(&child, now, changes);
                    queue.push(child);
                }
            }
        }
    }

    fn meta(&self, (kind, key): &Id) -> Option<&Meta> {
        if *kind == Kind::Pod {
            self.pods.get(key)?.as_ref().ok().map(|pod| &pod.meta)
        } else {
            let state = self.controllers.get(kind)?.get(key)?;
            state.as_ref().ok().map(|controller| &controller.meta)
        }
    }

    fn share(&self, (kind, key): &Id) -> Option<Share> {
        if *kind == Kind::Pod {
            return Some(match self.pods.get(key)? {
                Err(error) => Share::Broken(Arc::clone(error)),
                Ok(pod) if pod.phase == Phase::Ended => Share::Ended,
                Ok(pod) => Share::Live(Arc::new(Class {
                    spec: Arc::clone(&pod.spec),
                    admitted: !pod.meta.uid.is_empty(),
                    users: Arc::clone(&pod.users),
                    labels: Arc::clone(&pod.meta.labels),
                    mirror: pod.mirror.then(|| pod.node.clone()),
                })),
            });
        }
        match self.controllers.get(kind)?.get(key)? {
            Err(error) => Some(Share::Broken(Arc::clone(error))),
            // A ReplicaSet of a Deployment is a link in the chain, no share of what runs.
            Ok(controller) if controller.template.is_none() && controller.meta.owner.is_some() => {
                None
            }
            Ok(controller) => Some(Share::Controller(Arc::clone(controller))),
        }
    }

    /// Puts an object under the workload it now belongs to, and takes it from where it was.
    fn place(&mut self, id: &Id, now: DateTime<Utc>, changes: &mut Changes) {
        let placed = self.share(id).and_then(|share| match self.top(id, now) {
            Top::Is(workload, uid) => Some(Placed {
                workload: Arc::new(workload),
                uid,
                share,
            }),
            Top::Awaited => None,
        });
        if self.placed.get(id) == placed.as_ref() {
            return;
        }
        if let Some(old) = self.placed.remove(id) {
            self.withdraw(id, &old, changes);
        }
        if let Some(mut new) = placed {
            if let Some((known, row)) = self.rows.get_key_value(&new.workload) {
                // One copy for all its parts.
                new.workload = Arc::clone(known);
                if let Share::Live(class) = &mut new.share
                    && let Some((known, _)) = row.classes.entry(class)
                {
                    *class = Arc::clone(known);
                }
            }
            self.contribute(id, &new, changes);
            self.placed.insert(id.clone(), new);
        }
    }

    fn top(&mut self, id: &Id, now: DateTime<Utc>) -> Top {
        let itself = || Top::Is(WorkloadKey::of(id.0, &id.1), None);
        let Some(meta) = self.meta(id) else {
            return itself();
        };
        // Manifests may claim any time; one at the end of time is not waited for.
        let patience = meta
            .created
            .and_then(|created| created.checked_add_signed(OWNER_PATIENCE));
        let own_uid = meta.uid.clone();
        let mut owner = meta.owner.clone();
        if let Some(until) = patience {
            self.awaiting.remove(&(until, id.clone()));
        }
        let mut top: Option<(WorkloadKey, Text)> = None;
        // Eight levels are more than any chain of controllers has; a circle must end somewhere.
        for _ in 0..8 {
            let Some(reference) = owner.take() else {
                break;
            };
            if reference.kind.as_ref() == "Node" {
                // Mirror pods are owned by their Node, which is not a workload.
                break;
            }
            let named = WorkloadKey {
                namespace: id.1.namespace.clone(),
                api_version: reference.api_version.clone(),
                kind: reference.kind.clone(),
                name: reference.name.clone(),
            };
            top = Some((named, reference.uid.clone()));
            let Some(parent) = parent_id(&id.1.namespace, &reference) else {
                break;
            };
            let known = self
                .controllers
                .get(&parent.0)
                .and_then(|table| table.get(&parent.1));
            match known {
                Some(Ok(controller)) if controller.meta.uid == reference.uid => {
                    top = Some((WorkloadKey::of(parent.0, &parent.1), reference.uid.clone()));
                    owner.clone_from(&controller.meta.owner);
                }
                Some(Err(_)) => break,
                _ => {
                    if let Some(until) = patience.filter(|until| now < *until) {
                        self.awaiting.insert((until, id.clone()));
                        return Top::Awaited;
                    }
                    break;
                }
            }
        }
        match top {
            Some((workload, uid)) => Top::Is(workload, Some(uid)),
            None if id.0 == Kind::Pod => Top::Is(WorkloadKey::of(id.0, &id.1), Some(own_uid)),
            None => itself(),
        }
    }

    fn withdraw(&mut self, id: &Id, old: &Placed, changes: &mut Changes) {
        let Some(workload) = self.rows.get_mut(&old.workload) else {
            return;
        };
        let mut visible = true;
        match &old.share {
            Share::Controller(_) => {
                workload.controllers.remove(id);
            }
            Share::Broken(_) => {
                workload.broken.remove(id);
            }
            Share::Ended => {
                workload.ended = workload.ended.saturating_sub(1);
                visible = false;
            }
            Share::Live(class) => visible = uncount(&mut workload.classes, class),
        }
        if let Some(uid) = &old.uid {
            visible |= uncount(&mut workload.uids, uid);
        }
        let gone = workload.is_gone();
        if gone {
            self.rows.remove(&old.workload);
            if let Some(keys) = self.namespaces.get_mut(&old.workload.namespace) {
                keys.remove(&old.workload);
                if keys.is_empty() {
                    self.namespaces.remove(&old.workload.namespace);
                }
            }
        }
        if visible || gone {
            note(&old.workload, changes);
        }
    }

    fn contribute(&mut self, id: &Id, new: &Placed, changes: &mut Changes) {
        let key = &new.workload;
        let workload = match self.rows.entry(Arc::clone(key)) {
            Entry::Occupied(row) => row.into_mut(),
            Entry::Vacant(row) => {
                let keys = self.namespaces.entry(key.namespace.clone()).or_default();
                keys.insert(Arc::clone(key));
                row.insert(Workload::new(Arc::clone(key)))
            }
        };
        let mut visible = workload.is_gone();
        match &new.share {
            Share::Controller(controller) => {
                workload
                    .controllers
                    .insert(id.clone(), Arc::clone(controller));
                visible = true;
            }
            Share::Broken(error) => {
                workload.broken.insert(id.clone(), Arc::clone(error));
                visible = true;
            }
            Share::Ended => workload.ended += 1,
            Share::Live(class) => visible |= count(&mut workload.classes, class),
        }
        if let Some(uid) = &new.uid {
            visible |= count(&mut workload.uids, uid);
        }
        if visible {
            note(&new.workload, changes);
        }
    }
}

fn note(workload: &WorkloadKey, changes: &mut Changes) {
    changes
        .relations
        .insert(RelationKey::Pods(workload.namespace.clone()));
    changes.subjects.insert(Subject::Workload(workload.clone()));
}

/// Counts one more; whether it is the first.
fn count<T: Ord + Clone>(counts: &mut Few<T, u32>, item: &T) -> bool {
    if let Some(count) = counts.get_mut(item) {
        *count += 1;
        return false;
    }
    counts.insert(item.clone(), 1);
    true
}

/// Counts one less; whether it was the last.
fn uncount<T: Ord>(counts: &mut Few<T, u32>, item: &T) -> bool {
    match counts.get_mut(item) {
        Some(count) if *count > 1 => {
            *count -= 1;
            false
        }
        _ => counts.remove(item),
    }
}

fn parent_id(namespace: &Text, owner: &OwnerRef) -> Option<Id> {
    let kind = Kind::named(&owner.api_version, &owner.kind).filter(|kind| is_controller(*kind))?;
    Some((kind, ObjectKey::new(namespace.clone(), owner.name.clone())))
}
