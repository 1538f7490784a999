//! Identities as bindings name them, what each implies, and an index from them to the bindings.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use crate::ObjectKey;
use crate::view::{Binding, RbacSubject, SubjectKind, Text};

const ACCOUNT: &str = "system:serviceaccount:";
const ACCOUNTS: &str = "system:serviceaccounts";
const AUTHENTICATED: &str = "system:authenticated";
const UNAUTHENTICATED: &str = "system:unauthenticated";

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

    /// It and the identities it implies: a `ServiceAccount` is also a user and a member of groups, that user is the
    /// `ServiceAccount`, and everybody is authenticated but `system:anonymous`. Of a group, what each of its members is.
    #[must_use]
    pub fn implied(&self) -> Vec<Self> {
        let group = |name: &str| Self::Group(name.into());
        match self {
            Self::ServiceAccount(key) => vec![
                self.clone(),
                Self::User([ACCOUNT, &key.namespace, ":", &key.name].concat().into()),
                group(ACCOUNTS),
                Self::Group([ACCOUNTS, ":", &key.namespace].concat().into()),
                group(AUTHENTICATED),
            ],
            Self::User(name) => match account_of(name) {
                Some(account) => Self::ServiceAccount(account).implied(),
                None if name.as_ref() == "system:anonymous" => {
                    vec![self.clone(), group(UNAUTHENTICATED)]
                }
                None => vec![self.clone(), group(AUTHENTICATED)],
            },
            Self::Group(name) => match name.as_ref() {
                AUTHENTICATED => vec![self.clone()],
                // Only `system:anonymous` is in it.
                UNAUTHENTICATED => vec![self.clone(), Self::User("system:anonymous".into())],
                name if name.starts_with("system:serviceaccounts:") => {
                    vec![self.clone(), group(ACCOUNTS), group(AUTHENTICATED)]
                }
                _ => vec![self.clone(), group(AUTHENTICATED)],
            },
        }
    }

    /// Whether it is the group that the API server allows everything.
    #[must_use]
    pub fn is_masters(&self) -> bool {
        matches!(self, Self::Group(name) if name.as_ref() == "system:masters")
    }
}

/// The `ServiceAccount` whose user name this is.
fn account_of(user: &str) -> Option<ObjectKey> {
    let (namespace, name) = user.strip_prefix(ACCOUNT)?.split_once(':')?;
    (!namespace.is_empty() && !name.is_empty() && !name.contains(':'))
        .then(|| ObjectKey::new(namespace, name))
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
pub(crate) struct Holders(HashMap<Identity, BTreeSet<ObjectKey>>);

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

    /// All of them, in order.
    pub(crate) fn in_order(&self) -> BTreeMap<&Identity, &BTreeSet<ObjectKey>> {
        self.0.iter().collect()
    }

    pub(crate) fn of(&self, identity: &Identity) -> impl Iterator<Item = &ObjectKey> {
        self.0.get(identity).into_iter().flatten()
    }
}
