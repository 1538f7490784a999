//! How each view is kept: its table, and what a change of it concerns.

mod access;
mod workloads;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Changes, Inventory};
use crate::facts::facet;
use crate::intern::Shared;
use crate::table::{Put, Row, Rows, State, Table};
use crate::view::{
    ConfigMap, Ingress, LimitRange, Namespace, NetworkPolicy, Node, Object, ResourceQuota, Service,
    Statement, ThirdPartyObject,
};
use crate::{DecodeError, Kind, ObjectKey, Per, RelationKey, Subject};

/// Calls a method of [`Inventory`] for the view that a kind is kept as.
macro_rules! on_table {
    ($inventory:ident, $kind:ident, $method:ident($($argument:expr),*)) => {{
        use $crate::view::{
            Binding, ConfigMap, Controller, Csr, Ingress, LimitRange, Namespace, NetworkPolicy, Node, Pod,
            ResourceQuota, Role, Service, ServiceAccount, Statement, ThirdPartyObject,
        };
        match $kind {
            Kind::Namespace => $inventory.$method::<Namespace>($kind $(, $argument)*),
            Kind::Node => $inventory.$method::<Node>($kind $(, $argument)*),
            Kind::ServiceAccount => $inventory.$method::<ServiceAccount>($kind $(, $argument)*),
            Kind::ClusterRole | Kind::Role => $inventory.$method::<Role>($kind $(, $argument)*),
            Kind::ClusterRoleBinding | Kind::RoleBinding => {
                $inventory.$method::<Binding>($kind $(, $argument)*)
            }
            Kind::NetworkPolicy => $inventory.$method::<NetworkPolicy>($kind $(, $argument)*),
            Kind::ResourceQuota => $inventory.$method::<ResourceQuota>($kind $(, $argument)*),
            Kind::LimitRange => $inventory.$method::<LimitRange>($kind $(, $argument)*),
            Kind::Service => $inventory.$method::<Service>($kind $(, $argument)*),
            Kind::Ingress => $inventory.$method::<Ingress>($kind $(, $argument)*),
            Kind::ConfigMap => $inventory.$method::<ConfigMap>($kind $(, $argument)*),
            Kind::CertificateSigningRequest => $inventory.$method::<Csr>($kind $(, $argument)*),
            Kind::Deployment
            | Kind::StatefulSet
            | Kind::DaemonSet
            | Kind::CronJob
            | Kind::Job
            | Kind::ReplicaSet => $inventory.$method::<Controller>($kind $(, $argument)*),
            Kind::Pod => $inventory.$method::<Pod>($kind $(, $argument)*),
            Kind::ComplianceStatement => $inventory.$method::<Statement>($kind $(, $argument)*),
            Kind::ThirdParty(_) => $inventory.$method::<ThirdPartyObject>($kind $(, $argument)*),
        }
    }};
}
pub(super) use on_table;

/// A view the inventory keeps.
pub(super) trait Stored: PartialEq + Sized {
    /// How its table keeps its rows.
    type Rows: Rows<Self>;

    /// The table of a kind.
    fn table(inventory: &mut Inventory, kind: Kind) -> &mut Table<Self, Self::Rows>;

    /// The view inside a decoded object, if it is one.
    fn take(object: Object) -> Option<Self>;

    /// Whether there is anything to remember of it. What is not kept is as good as not there: nothing reads it.
    fn is_kept(&self) -> bool {
        true
    }

    /// Shares parts with what is known already, before it is compared with that.
    fn share(&mut self, shared: &mut Shared, key: &ObjectKey);

    /// Notes what a change concerns; the table holds the new state, or nothing if the object is gone.
    fn changed(
        inventory: &mut Inventory,
        kind: Kind,
        key: &ObjectKey,
        old: Option<State<Self>>,
        changes: &mut Changes,
    );
}

impl Inventory {
    pub(super) fn open_generation<T: Stored>(&mut self, kind: Kind) {
        T::table(self, kind).open_generation();
    }

    pub(super) fn upsert<T: Stored>(
        &mut self,
        kind: Kind,
        key: &ObjectKey,
        object: Result<Box<Object>, DecodeError>,
        changes: &mut Changes,
    ) {
        let view = object.and_then(|object| {
            T::take(*object).ok_or_else(|| DecodeError {
                field: "kind".to_owned(),
                reason: format!("is not {kind}"),
            })
        });
        if view.as_ref().is_ok_and(|view| !view.is_kept()) {
            return self.delete::<T>(kind, key, changes);
        }
        let known = T::table(self, kind).known_key(key).cloned();
        let key = known.unwrap_or_else(|| ObjectKey {
            namespace: self.shared.names.share(Arc::clone(&key.namespace)),
            name: Arc::clone(&key.name),
        });
        let state = match view {
            Ok(mut view) => {
                view.share(&mut self.shared, &key);
                Ok(Arc::new(view))
            }
            Err(error) => Err(Arc::new(error)),
        };
        if let Put::Differs(old) = T::table(self, kind).put(&key, state) {
            T::changed(self, kind, &key, old, changes);
        }
    }

    pub(super) fn delete<T: Stored>(&mut self, kind: Kind, key: &ObjectKey, changes: &mut Changes) {
        if let Some(old) = T::table(self, kind).remove(key) {
            T::changed(self, kind, key, Some(old), changes);
        }
    }

    pub(super) fn sweep<T: Stored>(&mut self, kind: Kind, changes: &mut Changes) {
        for key in T::table(self, kind).unmentioned() {
            self.delete::<T>(kind, &key, changes);
        }
    }
}

macro_rules! stored {
    ($view:ident, $variant:ident, $map:ident, $table:ident, |$inventory:ident, $kind:ident, $key:ident, $old:ident, $changes:ident| $body:block) => {
        stored!($view, $variant, $map, |inventory, _kind| &mut inventory.$table, |$inventory, $kind, $key, $old, $changes| $body);
    };
    ($view:ident, $variant:ident, $map:ident, |$i:ident, $k:ident| $table:expr, |$inventory:ident, $kind:ident, $key:ident, $old:ident, $changes:ident| $body:block) => {
        impl Stored for $view {
            type Rows = $map<ObjectKey, Row<Self>>;

            fn table($i: &mut Inventory, $k: Kind) -> &mut Table<Self, Self::Rows> {
                $table
            }

            fn take(object: Object) -> Option<Self> {
                match object {
                    Object::$variant(view) => Some(view),
                    _ => None,
                }
            }

            fn share(&mut self, shared: &mut Shared, key: &ObjectKey) {
                shared.meta(&mut self.meta, key);
            }

            fn changed(
                $inventory: &mut Inventory,
                $kind: Kind,
                $key: &ObjectKey,
                $old: Option<State<Self>>,
                $changes: &mut Changes,
            ) $body
        }
    };
}
use stored;

stored!(
    Namespace,
    Namespace,
    BTreeMap,
    namespaces,
    |inventory, _kind, key, _old, changes| {
        if inventory.namespaces.get(key).is_none() {
            inventory.forget_evidence_of(Per::Namespace, &key.name, changes);
        }
        let name = key.name.clone();
        changes
            .relations
            .insert(RelationKey::Namespace(name.clone()));
        changes.subjects.insert(Subject::Namespace(name));
    }
);
stored!(
    Node,
    Node,
    BTreeMap,
    nodes,
    |inventory, _kind, key, old, changes| {
        let before = old.as_ref().and_then(|state| state.as_ref().ok());
        let after = inventory.nodes.view(key);
        if before.map(|node| facet(node)) != after.map(facet) {
            changes.relations.insert(RelationKey::ControlPlane);
        }
        if inventory.nodes.get(key).is_none() {
            inventory.forget_evidence_of(Per::Node, &key.name, changes);
        }
        changes.subjects.insert(Subject::Node(key.name.clone()));
    }
);
stored!(
    NetworkPolicy,
    NetworkPolicy,
    BTreeMap,
    policies,
    |_inventory, _kind, key, _old, changes| {
        changes
            .relations
            .insert(RelationKey::Policies(key.namespace.clone()));
        changes.subjects.insert(Subject::NetworkPolicy(key.clone()));
    }
);
stored!(
    ResourceQuota,
    ResourceQuota,
    BTreeMap,
    quotas,
    |_inventory, _kind, key, _old, changes| {
        changes
            .relations
            .insert(RelationKey::Quotas(key.namespace.clone()));
    }
);
stored!(
    LimitRange,
    LimitRange,
    BTreeMap,
    limit_ranges,
    |_inventory, _kind, key, _old, changes| {
        changes
            .relations
            .insert(RelationKey::LimitRanges(key.namespace.clone()));
    }
);
stored!(
    Service,
    Service,
    BTreeMap,
    services,
    |_inventory, _kind, key, _old, changes| {
        changes
            .relations
            .insert(RelationKey::Services(key.namespace.clone()));
    }
);
stored!(
    Ingress,
    Ingress,
    BTreeMap,
    ingresses,
    |_inventory, _kind, key, _old, changes| {
        changes
            .relations
            .insert(RelationKey::Ingresses(key.namespace.clone()));
    }
);
stored!(
    Statement,
    Statement,
    BTreeMap,
    statements,
    |_inventory, _kind, _key, _old, changes| {
        changes.relations.insert(RelationKey::Statements);
    }
);
stored!(
    ThirdPartyObject,
    ThirdParty,
    BTreeMap,
    |inventory, kind| inventory.third_party.entry(kind).or_default(),
    |_inventory, kind, key, _old, changes| {
        if let Kind::ThirdParty(of) = kind {
            changes.relations.insert(RelationKey::ThirdParty(of));
            if of.class().is_judged() {
                changes
                    .subjects
                    .insert(Subject::ThirdParty(of, key.clone()));
            }
        }
    }
);

impl Stored for ConfigMap {
    type Rows = BTreeMap<ObjectKey, Row<Self>>;

    fn table(inventory: &mut Inventory, _kind: Kind) -> &mut Table<Self, Self::Rows> {
        &mut inventory.config_maps
    }

    fn take(object: Object) -> Option<Self> {
        match object {
            Object::ConfigMap(view) => Some(view),
            _ => None,
        }
    }

    /// There are many, most of them change with every election of a leader or never, and hardly any has a mark.
    fn is_kept(&self) -> bool {
        !self.marks.is_empty()
    }

    fn share(&mut self, shared: &mut Shared, key: &ObjectKey) {
        shared.meta(&mut self.meta, key);
    }

    fn changed(
        _inventory: &mut Inventory,
        _kind: Kind,
        key: &ObjectKey,
        _old: Option<State<Self>>,
        changes: &mut Changes,
    ) {
        changes.subjects.insert(Subject::ConfigMap(key.clone()));
    }
}
