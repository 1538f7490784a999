//! Who may do what: roles, the grants that reach an identity, and everybody's entitlements.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::{Facts, known};
use crate::view::{Binding, Role, RoleRef, Text};
use crate::{Blind, Entitlements, Identity, Kind, ObjectKey, Relation, RelationKey, Snapshot};

/// A binding that reaches an identity, with the role it grants if that exists.
#[derive(Debug, Clone, Copy)]
pub struct Grant<'a> {
    /// The binding.
    pub binding: &'a Binding,
    /// The role.
    pub role: Option<&'a Role>,
}

impl<'a> Facts<'a> {
    /// The role a binding in `namespace` (empty for a `ClusterRoleBinding`) refers to; `None` if it does not exist.
    ///
    /// # Errors
    /// [`Blind`] while roles cannot be seen or this one cannot be read.
    pub fn role(&self, namespace: &Text, role: &RoleRef) -> Result<Option<&'a Role>, Blind> {
        let key = role_key(namespace, role);
        self.once(&self.readings.roles, Relation::Role, &key, || {
            self.note(Relation::Role, RelationKey::Role(key.clone()))?;
            self.known_role(&key)
        })
    }

    fn known_role(&self, key: &ObjectKey) -> Result<Option<&'a Role>, Blind> {
        let kind = if key.namespace.is_empty() {
            Kind::ClusterRole
        } else {
            Kind::Role
        };
        known(self.inventory.roles.get(key), kind, key)
    }

    /// Every grant that reaches an identity, by the names and groups it implies as well.
    ///
    /// # Errors
    /// [`Blind`] while bindings or roles cannot be seen, or one of them cannot be read.
    pub fn grants(&self, identity: &Identity) -> Result<Rc<[Grant<'a>]>, Blind> {
        self.once(&self.readings.grants, Relation::Grants, identity, || {
            self.look_up_grants(identity).map(Rc::from)
        })
    }

    fn look_up_grants(&self, identity: &Identity) -> Result<Vec<Grant<'a>>, Blind> {
        let mut grants = Vec::new();
        for identity in identity.implied() {
            self.note(Relation::Grants, RelationKey::Grants(identity.clone()))?;
            for key in self.inventory.holders.of(&identity) {
                // An unreadable binding is not indexed: see below.
                let Some(Ok(binding)) = self.inventory.bindings.get(key) else {
                    continue;
                };
                let role = role_key(&key.namespace, &binding.role);
                self.note_under(Relation::Grants, RelationKey::Role(role.clone()));
                grants.push(Grant {
                    binding,
                    role: self.known_role(&role)?,
                });
            }
        }
        // A binding that cannot be read may name anyone.
        self.note_under(Relation::Grants, RelationKey::Unreadable);
        self.inventory.unreadable_binding().map_or(Ok(grants), Err)
    }

    /// What every identity is granted.
    ///
    /// # Errors
    /// [`Blind`] while bindings or roles cannot be seen, or one of them cannot be read.
    pub fn entitlements(&self) -> Result<&'a Entitlements, Blind> {
        self.note(Relation::Entitlements, RelationKey::Entitlements)?;
        self.inventory.entitlements()
    }

    /// Every right of the identities of these names, as messages name them.
    ///
    /// # Errors
    /// As of [`Self::entitlements`].
    pub fn rights_of(&self, names: &BTreeSet<Text>) -> Result<Snapshot, Blind> {
        self.note(Relation::Entitlements, RelationKey::Entitlements)?;
        self.inventory
            .snapshot(|identity| names.contains(identity.to_string().as_str()))
    }
}

/// Key of the role a binding in `namespace` refers to.
#[must_use]
pub fn role_key(namespace: &Text, role: &RoleRef) -> ObjectKey {
    let namespace = if role.cluster {
        Text::default()
    } else {
        namespace.clone()
    };
    ObjectKey::new(namespace, role.name.clone())
}
