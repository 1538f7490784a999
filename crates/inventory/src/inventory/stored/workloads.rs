//! Controllers and their pods.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Stored, stored};
use crate::facts::{mount, mounts, share};
use crate::intern::Shared;
use crate::inventory::{Changes, Inventory};
use crate::table::{Row, State, Table};
use crate::view::{Controller, Object, Pod, Text};
use crate::{Kind, ObjectKey, RelationKey, Subject, WorkloadKey};

stored!(
    Controller,
    Controller,
    HashMap,
    |inventory, kind| inventory.workloads.controllers.entry(kind).or_default(),
    |inventory, kind, key, old, changes| {
        let before = old.as_ref().and_then(|state| state.as_ref().ok());
        let before = before.map(|controller| &controller.meta);
        let now = inventory.clock;
        inventory.workloads.changed(kind, key, before, now, changes);
    }
);

impl Stored for Pod {
    type Rows = HashMap<ObjectKey, Row<Self>>;

    fn table(inventory: &mut Inventory, _kind: Kind) -> &mut Table<Self, Self::Rows> {
        &mut inventory.workloads.pods
    }

    fn take(object: Object) -> Option<Self> {
        match object {
            Object::Pod(view) => Some(view),
            _ => None,
        }
    }

    fn share(&mut self, shared: &mut Shared, key: &ObjectKey) {
        shared.meta(&mut self.meta, key);
        self.spec = shared.specs.share(Arc::clone(&self.spec));
        self.users = shared.users.share(Arc::clone(&self.users));
        self.node = shared.names.share(Arc::clone(&self.node));
    }

    fn changed(
        inventory: &mut Inventory,
        kind: Kind,
        key: &ObjectKey,
        old: Option<State<Self>>,
        changes: &mut Changes,
    ) {
        let before = old.as_ref().and_then(|state| state.as_ref().ok());
        let now = inventory.clock;
        let workloads = &mut inventory.workloads;
        workloads.changed(kind, key, before.map(|pod| &pod.meta), now, changes);
        // Who changed a bare pod is no share of a workload: see `Inventory::provenance`.
        let after = inventory.workloads.pods.view(key);
        if before.and_then(|pod| share(pod)) != after.and_then(share) {
            changes.relations.insert(RelationKey::ControlPlane);
        }
        if after.is_some_and(|pod| pod.control_plane.is_some()) {
            inventory.control_plane.insert(key.clone());
        } else {
            inventory.control_plane.remove(key);
        }
        if before.and_then(|pod| mount(pod)) != after.and_then(mount) {
            let on_node = |pod: Option<&Pod>| {
                let pod = pod.filter(|pod| mounts(pod));
                pod.map(|pod| Text::clone(&pod.node))
            };
            let (left, came) = (on_node(before.map(AsRef::as_ref)), on_node(after));
            inventory.remount(key, left.as_ref(), came.as_ref());
            let nodes = left.into_iter().chain(came);
            changes.relations.extend(nodes.map(RelationKey::HostMounts));
        }
        let after = inventory.workloads.pods.view(key);
        let changed_by = |pod: &Pod| pod.meta.changed_by.clone();
        if before.and_then(|pod| changed_by(pod)) != after.and_then(changed_by) {
            let itself = WorkloadKey::of(kind, key);
            if inventory.workloads.get(&itself).is_some() {
                changes.subjects.insert(Subject::Workload(itself));
            }
        }
    }
}
