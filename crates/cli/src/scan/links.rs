//! `ReplicaSets` that a controller owns: its template speaks for them, unless only they are in the manifests.

use std::collections::{BTreeMap, BTreeSet};

use assay_inventory::view::{Controller, Object, OwnerRef};
use assay_inventory::{Kind, ObjectKey, decode};
use serde_json::Value;

/// An owned `ReplicaSet` with the template that its view leaves out.
struct Link {
    controller: Controller,
    owner: OwnerRef,
    /// Whether it is to have no pods, as after an update that replaced it.
    is_idle: bool,
}

/// All that the manifests hold.
#[derive(Default)]
pub(super) struct Links(BTreeMap<ObjectKey, Link>);

impl Links {
    /// Keeps the template of an owned `ReplicaSet`; `view` is what was read of `json`.
    pub(super) fn note(&mut self, key: &ObjectKey, view: &Object, json: &str) {
        let link = match view {
            Object::Controller(controller) => link(controller, json),
            _ => None,
        };
        match link {
            Some(link) => self.0.insert(key.clone(), link),
            None => self.0.remove(key),
        };
    }

    /// Those whose owner stands nowhere, each as the part of its owner that its pods are. Of one owner's, those that are
    /// scaled to nothing are what updates left behind, unless all are.
    pub(super) fn orphans(
        self,
        stands: impl Fn(Kind, &ObjectKey) -> bool,
    ) -> Vec<(ObjectKey, Controller)> {
        let owner_of = |key: &ObjectKey, link: &Link| {
            let OwnerRef { kind, name, .. } = &link.owner;
            (key.namespace.clone(), kind.clone(), name.clone())
        };
        let links: Vec<(ObjectKey, Link)> = self
            .0
            .into_iter()
            .filter(|(key, link)| {
                let kind = Kind::named(&link.owner.api_version, &link.owner.kind);
                let owner = ObjectKey::new(key.namespace.clone(), link.owner.name.clone());
                kind.is_none_or(|kind| !stands(kind, &owner))
            })
            .collect();
        let busy: BTreeSet<_> = links
            .iter()
            .filter(|(_, link)| !link.is_idle)
            .map(|(key, link)| owner_of(key, link))
            .collect();
        links
            .into_iter()
            .filter(|(key, link)| !link.is_idle || !busy.contains(&owner_of(key, link)))
            .map(|(key, link)| (key, link.controller))
            .collect()
    }
}

fn link(view: &Controller, json: &str) -> Option<Link> {
    let owner = view.meta.owner.as_ref()?;
    if view.kind != Kind::ReplicaSet {
        return None;
    }
    // As one that nobody owns its template is kept.
    let mut object: Value = serde_json::from_str(json).ok()?;
    let replicas = object.pointer("/spec/replicas").and_then(Value::as_i64);
    let metadata = object.get_mut("metadata")?.as_object_mut()?;
    metadata.remove("ownerReferences");
    let alone = decode(view.kind, &object.to_string(), assay_checks::extractors());
    let Ok(Object::Controller(mut controller)) = alone else {
        return None;
    };
    controller.meta.owner = Some(owner.clone());
    Some(Link {
        controller,
        owner: OwnerRef::clone(owner),
        is_idle: replicas == Some(0),
    })
}
