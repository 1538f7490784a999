//! Who may do what, and as whom: accounts, roles, bindings and requested certificates.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::{Stored, stored};
use crate::intern::Shared;
use crate::inventory::{Changes, Inventory};
use crate::table::{Row, State, Table};
use crate::view::{Binding, Csr, Object, Role, ServiceAccount};
use crate::{Identity, Kind, ObjectKey, RelationKey, Subject};

stored!(
    ServiceAccount,
    ServiceAccount,
    HashMap,
    service_accounts,
    |_inventory, _kind, key, _old, changes| {
        changes
            .relations
            .insert(RelationKey::ServiceAccount(key.clone()));
        changes
            .subjects
            .insert(Subject::ServiceAccount(key.clone()));
    }
);
stored!(
    Role,
    Role,
    HashMap,
    |inventory, kind| inventory.roles.of_scope(kind.served().namespaced),
    |inventory, _kind, key, _old, changes| {
        let role = inventory.roles.view(key);
        inventory.entitlements.role_changed(key, role);
        changes.relations.insert(RelationKey::Entitlements);
        changes.relations.insert(RelationKey::Role(key.clone()));
        changes.subjects.insert(Subject::Role(key.clone()));
    }
);
stored!(
    Binding,
    Binding,
    HashMap,
    |inventory, kind| inventory.bindings.of_scope(kind.served().namespaced),
    |inventory, _kind, key, old, changes| {
        inventory.entitlements.binding_changed();
        changes.relations.insert(RelationKey::Entitlements);
        let new = inventory.bindings.get(key).cloned();
        if let Some(Ok(binding)) = &old {
            inventory.holders.remove(key, binding);
        }
        if let Some(Ok(binding)) = &new {
            inventory.holders.add(key, binding);
        }
        if let Some(Err(error)) = &new {
            let error = Arc::clone(error);
            inventory.unreadable_bindings.insert(key.clone(), error);
            changes.relations.insert(RelationKey::Unreadable);
        } else if inventory.unreadable_bindings.remove(key).is_some() {
            changes.relations.insert(RelationKey::Unreadable);
        }
        for binding in [&old, &new].into_iter().flatten().flatten() {
            let held = binding.subjects.iter().map(Identity::of);
            changes.relations.extend(held.map(RelationKey::Grants));
        }
        changes.subjects.insert(Subject::Binding(key.clone()));
    }
);
stored!(
    Csr,
    Csr,
    BTreeMap,
    csrs,
    |inventory, _kind, key, old, changes| {
        let new = inventory.csrs.view(key);
        if let Some(Ok(old)) = &old
            && new.is_none_or(|new| new.meta.uid != old.meta.uid)
        {
            inventory.issued.remember(old, inventory.clock);
        }
        if let Some(new) = new {
            inventory.issued.forget(new);
        }
        changes.subjects.insert(Subject::Csr(key.name.clone()));
    }
);
