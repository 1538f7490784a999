//! The roles that Kubernetes and kubeadm create, rule by rule: what a stock binding may grant and no more, and what a
//! manifest's `roleRef` means where no cluster is at hand.
//!
//! Source of `stock_roles.json`: the bootstrap policy of kubernetes/kubernetes, release 1.36 (`bootstrappolicy`, as its
//! functions return it), and the objects kubeadm of that release writes. `rules` is what a cluster with default feature
//! gates has, aggregated roles filled in; `gated` is what further feature gates add.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use assay_inventory::ObjectKey;
use assay_inventory::view::{Meta, PolicyRule, Role, RoleRef, Text};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    #[serde(default)]
    namespace: Text,
    name: Text,
    rules: Vec<PolicyRule>,
    #[serde(default)]
    gated: Vec<PolicyRule>,
    #[serde(default)]
    aggregate_to: Vec<String>,
    #[serde(default)]
    kubeadm: bool,
}

struct Stock {
    role: Role,
    gated: Vec<PolicyRule>,
    kubeadm: bool,
}

static ROLES: LazyLock<BTreeMap<ObjectKey, Stock>> = LazyLock::new(|| {
    // The file is part of the program, and a test reads it: it cannot fail here.
    let entries: Vec<Entry> =
        serde_json::from_str(include_str!("stock_roles.json")).unwrap_or_default();
    entries.into_iter().map(stock).collect()
});

fn stock(entry: Entry) -> (ObjectKey, Stock) {
    let aggregation = entry.aggregate_to.iter().map(|role| {
        (
            format!("rbac.authorization.k8s.io/aggregate-to-{role}"),
            "true",
        )
    });
    let bootstrapped =
        (!entry.kubeadm).then_some(("kubernetes.io/bootstrapping".to_owned(), "rbac-defaults"));
    let meta = Meta {
        namespace: entry.namespace.clone(),
        name: entry.name.clone(),
        labels: Arc::new(aggregation.chain(bootstrapped).collect()),
        ..Meta::default()
    };
    let stock = Stock {
        role: Role {
            meta,
            rules: entry.rules,
        },
        gated: entry.gated,
        kubeadm: entry.kubeadm,
    };
    (ObjectKey::new(entry.namespace, entry.name), stock)
}

/// The Roles and `ClusterRoles` that every cluster of release 1.36 with default feature gates has, by key.
pub fn stock_roles() -> impl Iterator<Item = (ObjectKey, &'static Role)> {
    ROLES
        .iter()
        .filter(|(_, stock)| !stock.kubeadm && !stock.role.rules.is_empty())
        .map(|(key, stock)| (key.clone(), &stock.role))
}

/// Everything the role that a binding in `namespace` refers to holds as shipped, with whatever feature gates.
pub(crate) fn stock_rules(
    namespace: &Text,
    role: &RoleRef,
) -> impl Iterator<Item = &'static PolicyRule> + Clone + use<> {
    let namespace = if role.cluster {
        Text::default()
    } else {
        namespace.clone()
    };
    let stock = ROLES.get(&ObjectKey::new(namespace, role.name.clone()));
    stock
        .into_iter()
        .flat_map(|stock| stock.role.rules.iter().chain(&stock.gated))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::stock::{CLUSTER_INFO, KUBEADM_ADMINS, stock_bindings};

    #[test]
    fn the_file_can_be_read() {
        let entries: Result<Vec<Entry>, _> = serde_json::from_str(include_str!("stock_roles.json"));
        assert_eq!(entries.expect("stock_roles.json").len(), ROLES.len());
    }

    #[test]
    fn every_role_of_a_stock_binding_is_known() {
        for binding in stock_bindings().chain([&CLUSTER_INFO, &KUBEADM_ADMINS]) {
            let role = RoleRef {
                cluster: binding.cluster_role,
                name: binding.role.into(),
            };
            assert!(
                stock_rules(&binding.namespace.into(), &role)
                    .next()
                    .is_some(),
                "{}: no stock role {}",
                binding.name,
                binding.role
            );
        }
    }

    #[test]
    fn aggregated_roles_are_filled_in() {
        let roles: BTreeMap<ObjectKey, &Role> = stock_roles().collect();
        for (name, resource, verb) in [
            ("view", "configmaps", "list"),
            ("edit", "secrets", "get"),
            ("admin", "rolebindings", "create"),
            ("admin", "secrets", "get"),
            ("cluster-admin", "*", "*"),
        ] {
            let role = roles[&ObjectKey::new("", name)];
            let holds = |rule: &PolicyRule| {
                rule.resources.iter().any(|held| held.as_ref() == resource)
                    && rule.verbs.iter().any(|held| held.as_ref() == verb)
            };
            assert!(role.rules.iter().any(holds), "{name}: {verb} {resource}");
        }
        let view = roles[&ObjectKey::new("", "system:aggregate-to-view")];
        let label = "rbac.authorization.k8s.io/aggregate-to-view";
        assert_eq!(view.meta.labels.get(label), Some("true"));
        assert!(!roles.contains_key(&ObjectKey::new("", "kubeadm:get-nodes")));
        assert!(!roles.contains_key(&ObjectKey::new("", "system:cluster-trust-bundle-discovery")));
    }
}
