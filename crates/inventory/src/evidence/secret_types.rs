//! Secrets of the few kinds that checks ask about: in which namespace they are and what they are called. What is in them is
//! neither asked for nor kept.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::view::Text;

/// A kind of Secret that checks ask about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sought {
    /// The token of a `ServiceAccount`, which never expires.
    ServiceAccountToken,
    /// A token by which nodes join. The API server takes those of kube-system alone.
    BootstrapToken,
    /// The password that Argo CD makes for its account `admin`, in whichever namespace it is installed.
    ArgoCdPassword,
    /// The password that the installer of `OpenShift` makes for its account `kubeadmin`.
    OpenShiftPassword,
    /// The password that Rancher is first started with.
    RancherPassword,
}

impl Sought {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::ServiceAccountToken,
        Self::BootstrapToken,
        Self::ArgoCdPassword,
        Self::OpenShiftPassword,
        Self::RancherPassword,
    ];

    /// The field by which the API server picks them out, and its value.
    #[must_use]
    pub const fn field(self) -> (&'static str, &'static str) {
        match self {
            Self::ServiceAccountToken => ("type", "kubernetes.io/service-account-token"),
            Self::BootstrapToken => ("type", "bootstrap.kubernetes.io/token"),
            Self::ArgoCdPassword => ("metadata.name", "argocd-initial-admin-secret"),
            Self::OpenShiftPassword => ("metadata.name", "kubeadmin"),
            Self::RancherPassword => ("metadata.name", "bootstrap-secret"),
        }
    }

    /// The one namespace in which they mean anything; `None` if they do in every one.
    #[must_use]
    pub const fn namespace(self) -> Option<&'static str> {
        match self {
            Self::ServiceAccountToken | Self::ArgoCdPassword => None,
            Self::BootstrapToken | Self::OpenShiftPassword => Some("kube-system"),
            Self::RancherPassword => Some("cattle-system"),
        }
    }
}

/// One Secret.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListedSecret {
    /// Its name.
    pub name: Text,
    /// The latest that it can have been made, to the hour if it is hours old: lists tell a rounded age. `None` where no check
    /// asks.
    pub made_by: Option<DateTime<Utc>>,
}

/// All that were sought and found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListedSecrets {
    found: BTreeMap<(Text, Sought), Vec<ListedSecret>>,
}

impl ListedSecrets {
    /// Adds one of a namespace.
    pub fn add(&mut self, namespace: Text, sought: Sought, secret: ListedSecret) {
        let secrets = self.found.entry((namespace, sought)).or_default();
        if let Err(place) = secrets.binary_search(&secret) {
            secrets.insert(place, secret);
        }
    }

    /// Those of a kind in a namespace, by name.
    #[must_use]
    pub fn of(&self, namespace: &Text, sought: Sought) -> &[ListedSecret] {
        let key = (Text::clone(namespace), sought);
        self.found.get(&key).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_found_where_they_are_and_once() {
        let named = |name: &str| ListedSecret {
            name: name.into(),
            made_by: None,
        };
        let mut all = ListedSecrets::default();
        for (namespace, name) in [("b", "x"), ("a", "y"), ("a", "x"), ("a", "y")] {
            all.add(namespace.into(), Sought::ServiceAccountToken, named(name));
        }
        let of = |namespace: &str, sought| all.of(&namespace.into(), sought);
        assert_eq!(
            of("a", Sought::ServiceAccountToken),
            [named("x"), named("y")]
        );
        assert_eq!(of("b", Sought::ServiceAccountToken), [named("x")]);
        assert!(of("a", Sought::BootstrapToken).is_empty());
        assert!(of("c", Sought::ServiceAccountToken).is_empty());
    }
}
