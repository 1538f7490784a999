//! Who is granted what: an index from identities to the bindings that name them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::ObjectKey;
use crate::view::{Binding, RbacSubject, SubjectKind, Text};

/// An identity that bindings can name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Identity {
    /// A user name.
    User(Text),
    /// A group name.
    Group(Text),
    /// A `ServiceAccount`.
    ServiceAccount(ObjectKey),
}

impl Identity {
    /// The identity an RBAC subject names.
    #[must_use]
    pub fn of(subject: &RbacSubject) -> Self {
        match subject.kind {
            SubjectKind::User => Self::User(subject.name.clone()),
            SubjectKind::Group => Self::Group(subject.name.clone()),
            SubjectKind::ServiceAccount => Self::ServiceAccount(ObjectKey {
                namespace: subject.namespace.clone(),
                name: subject.name.clone(),
            }),
        }
    }

    /// It and the identities it implies: a `ServiceAccount` is also a user and a member of three groups.
    #[must_use]
    pub fn implied(&self) -> Vec<Self> {
        match self {
            Self::ServiceAccount(key) => vec![
                self.clone(),
                Self::User(format!("system:serviceaccount:{}:{}", key.namespace, key.name).into()),
                Self::Group("system:serviceaccounts".into()),
                Self::Group(format!("system:serviceaccounts:{}", key.namespace).into()),
                Self::Group("system:authenticated".into()),
            ],
            _ => vec![self.clone()],
        }
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(name) => write!(f, "User {name}"),
            Self::Group(name) => write!(f, "Group {name}"),
            Self::ServiceAccount(key) => write!(f, "ServiceAccount {key}"),
        }
    }
}

/// Bindings by the identities they name.
#[derive(Debug, Default)]
pub(crate) struct Holders(BTreeMap<Identity, BTreeSet<ObjectKey>>);

impl Holders {
    pub(crate) fn add(&mut self, key: &ObjectKey, binding: &Binding) {
        for subject in &binding.subjects {
            self.0
                .entry(Identity::of(subject))
                .or_default()
                .insert(key.clone());
        }
    }

    pub(crate) fn remove(&mut self, key: &ObjectKey, binding: &Binding) {
        for subject in &binding.subjects {
            let identity = Identity::of(subject);
            if let Some(bindings) = self.0.get_mut(&identity) {
                bindings.remove(key);
                if bindings.is_empty() {
                    self.0.remove(&identity);
                }
            }
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Identity, &BTreeSet<ObjectKey>)> {
        self.0.iter()
    }

    pub(crate) fn of(&self, identity: &Identity) -> impl Iterator<Item = &ObjectKey> {
        self.0.get(identity).into_iter().flatten()
    }
}
