//! Bindings, roles and implied groups together: who may do what, and by which grant.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{Identity, On, Reach, Request, allows};
use crate::facts::role_key;
use crate::view::{Binding, Role};
use crate::{Blind, DecodeError, Inventory, Kind, ObjectKey, Reason};

/// The kinds that access is made of.
const KINDS: [Kind; 4] = [
    Kind::ClusterRole,
    Kind::ClusterRoleBinding,
    Kind::Role,
    Kind::RoleBinding,
];

/// The group that the API server itself allows everything, whatever bindings there are.
const MASTERS: &str = "system:masters";

/// One way in which somebody holds something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access<'a> {
    /// The name that the grant is made to: the identity itself, or one it implies.
    pub holder: Identity,
    /// What grants it.
    pub source: Source<'a>,
}

/// What grants something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source<'a> {
    /// A binding, by the role it refers to.
    Binding(&'a Binding, &'a Role),
    /// The API server itself, to members of `system:masters`.
    Masters,
}

/// What could be told, and what may be missing from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer<'a> {
    /// Every way there is, by binding and subject.
    pub access: Vec<Access<'a>>,
    /// What could not be read, so that there may be more.
    pub missing: Vec<Blind>,
}

impl Answer<'_> {
    /// Whether nothing can be missing from it.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty()
    }
}

impl Access<'_> {
    /// Whether the request is allowed this way.
    #[must_use]
    pub fn allows(&self, request: &Request<'_>) -> bool {
        match self.source {
            Source::Masters => true,
            Source::Binding(binding, role) => {
                is_in_reach(binding, request) && role.rules.iter().any(|rule| allows(rule, request))
            }
        }
    }
}

/// Whether what a binding grants is granted where the request reaches.
fn is_in_reach(binding: &Binding, request: &Request<'_>) -> bool {
    let own = binding.meta.namespace.as_ref();
    own.is_empty()
        || match request.on {
            On::Path(_) => false,
            On::Resource { reach, .. } => match reach {
                Reach::Cluster => false,
                Reach::Namespace(namespace) => namespace == own,
                Reach::Anywhere => true,
            },
        }
}

impl Inventory {
    /// Everything an identity holds, by its own name and by those it implies.
    #[must_use]
    pub fn access_of(&self, identity: &Identity, now: DateTime<Utc>) -> Answer<'_> {
        let mut missing = self.missing_access(now);
        let mut access = Vec::new();
        for holder in identity.implied() {
            if holder.is_masters() {
                access.push(Access {
                    holder: holder.clone(),
                    source: Source::Masters,
                });
            }
            let bindings = self.holders.of(&holder);
            for binding in bindings.filter_map(|key| self.bindings.view(key)) {
                if let Some(role) = self.granted_role(binding, &mut missing) {
                    access.push(Access {
                        holder: holder.clone(),
                        source: Source::Binding(binding, role),
                    });
                }
            }
        }
        Answer { access, missing }
    }

    /// Whom bindings name that allow a request, and `system:masters`, which needs none. Whoever implies one of those names is
    /// allowed it as well.
    #[must_use]
    pub fn who_can(&self, request: &Request<'_>, now: DateTime<Utc>) -> Answer<'_> {
        let mut missing = self.missing_access(now);
        let mut access = vec![Access {
            holder: Identity::Group(MASTERS.into()),
            source: Source::Masters,
        }];
        for key in self.bindings_in_order() {
            let Some(binding) = self.bindings.view(key) else {
                continue;
            };
            if binding.subjects.is_empty() || !is_in_reach(binding, request) {
                continue;
            }
            let Some(role) = self.granted_role(binding, &mut missing) else {
                continue;
            };
            if role.rules.iter().any(|rule| allows(rule, request)) {
                let holders: BTreeSet<Identity> =
                    binding.subjects.iter().map(Identity::of).collect();
                access.extend(holders.into_iter().map(|holder| Access {
                    holder,
                    source: Source::Binding(binding, role),
                }));
            }
        }
        Answer { access, missing }
    }

    /// The role a binding grants; `None` if it does not exist, or cannot be read, which is noted.
    fn granted_role(&self, binding: &Binding, missing: &mut Vec<Blind>) -> Option<&Role> {
        // The API server takes no such binding; a manifest may hold one.
        if binding.meta.namespace.is_empty() && !binding.role.cluster {
            return None;
        }
        let key = role_key(&binding.meta.namespace, &binding.role);
        match self.roles.get(&key)? {
            Ok(role) => Some(role.as_ref()),
            Err(error) => {
                let blind = unreadable(Kind::ClusterRole, Kind::Role, &key, error);
                if !missing.contains(&blind) {
                    missing.push(blind);
                }
                None
            }
        }
    }

    fn bindings_in_order(&self) -> BTreeSet<&ObjectKey> {
        self.bindings.keys().collect()
    }

    /// What of all access cannot be seen: kinds, and bindings that may name anyone.
    fn missing_access(&self, now: DateTime<Utc>) -> Vec<Blind> {
        let kinds = KINDS.into_iter().filter_map(|kind| self.blind(kind, now));
        let bindings = self.bindings_in_order().into_iter().filter_map(|key| {
            let error = self.bindings.get(key)?.as_ref().err()?;
            let (cluster, namespaced) = (Kind::ClusterRoleBinding, Kind::RoleBinding);
            Some(unreadable(cluster, namespaced, key, error))
        });
        kinds.chain(bindings).collect()
    }
}

fn unreadable(cluster: Kind, namespaced: Kind, key: &ObjectKey, error: &DecodeError) -> Blind {
    let kind = if key.namespace.is_empty() {
        cluster
    } else {
        namespaced
    };
    Blind::new(
        Reason::Unparseable,
        format!("{kind} {key} cannot be read: {error}"),
    )
}
