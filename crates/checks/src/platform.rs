//! What Kubernetes itself ships and grants, as data: exempt only while nothing of it was changed.

use std::collections::HashMap;
use std::sync::LazyLock;

use assay_inventory::view::{Binding, PolicyRule, RbacSubject, RoleRef, SubjectKind, Text};

use crate::power;

mod add_ons;
mod ci_cd;
mod grants;
mod namespaces;
mod node_agents;
mod stock;
mod stock_roles;

pub use add_ons::{ADD_ONS, AddOn};
pub use ci_cd::{CI_CD, CiCd};
pub use namespaces::{NAMESPACES_OF_NODE_AGENTS, NodeAgentNamespace};
pub use node_agents::{Allowance, Made, NODE_AGENTS, NodeAgent};
pub use stock::{StockBinding, StockSubject, stock_bindings};
pub use stock_roles::stock_roles;

pub(crate) use add_ons::origin;
pub(crate) use ci_cd::systems as ci_cd_systems;
pub(crate) use grants::origin as origin_of_grant;
pub(crate) use namespaces::namespace_of_node_agents;
pub(crate) use node_agents::spare;
pub(crate) use stock::CLUSTER_INFO;
pub(crate) use stock_roles::stock_rules;

/// The stock binding that this one is, as long as nothing of it was changed. What its role holds is another question.
#[must_use]
pub fn stock_binding(binding: &Binding) -> Option<&'static StockBinding> {
    type ByName = HashMap<&'static str, &'static StockBinding>;
    // By namespace first: most bindings are where none of them is.
    static ALL: LazyLock<HashMap<&str, ByName>> = LazyLock::new(|| {
        let mut all: HashMap<&str, ByName> = HashMap::new();
        for stock in stock_bindings() {
            let by_name = all.entry(stock.namespace).or_default();
            by_name.insert(stock.name, stock);
        }
        all
    });
    let by_name = ALL.get(binding.meta.namespace.as_ref())?;
    let stock = by_name.get(binding.meta.name.as_ref())?;
    stock.is(binding).then_some(stock)
}

/// The `ClusterRoles` by which everybody may discover the API, as Kubernetes ships them.
const DISCOVERY: [&str; 5] = [
    "system:basic-user",
    "system:cluster-trust-bundle-discovery",
    "system:discovery",
    "system:public-info-viewer",
    "system:service-account-issuer-discovery",
];

static DISCOVERY_RULES: LazyLock<Vec<PolicyRule>> = LazyLock::new(|| {
    let role = |name: &str| RoleRef {
        cluster: true,
        name: name.into(),
    };
    DISCOVERY
        .into_iter()
        .flat_map(|name| stock_rules(&Text::default(), &role(name)))
        .cloned()
        .collect()
});

/// Whether the rules hold nothing beyond what everybody has by the stock discovery roles.
pub(crate) fn is_discovery(rules: &[PolicyRule]) -> bool {
    power::is_within(rules, &DISCOVERY_RULES.iter())
}

/// Whether the subject is what the API server calls a caller without credentials.
pub(crate) fn is_anonymous(subject: &RbacSubject) -> bool {
    match subject.kind {
        SubjectKind::User => subject.name.as_ref() == "system:anonymous",
        SubjectKind::Group => subject.name.as_ref() == "system:unauthenticated",
        SubjectKind::ServiceAccount => false,
    }
}

/// Whether the subject is the `ServiceAccounts` of a namespace, or all of them.
pub(crate) fn is_account_group(subject: &RbacSubject) -> bool {
    subject.kind == SubjectKind::Group
        && (subject.name.as_ref() == "system:serviceaccounts"
            || subject.name.starts_with("system:serviceaccounts:"))
}

/// Namespace and name of the `ServiceAccount` that a subject is, by either spelling.
pub(crate) fn service_account(subject: &RbacSubject) -> Option<(&str, &str)> {
    match subject.kind {
        SubjectKind::ServiceAccount => Some((&subject.namespace, &subject.name)),
        SubjectKind::User => subject
            .name
            .strip_prefix("system:serviceaccount:")?
            .split_once(':'),
        SubjectKind::Group => None,
    }
}

/// Whether a subject stands for more people or workloads than anyone can name.
pub(crate) fn is_crowd(subject: &RbacSubject) -> bool {
    let authenticated =
        subject.kind == SubjectKind::Group && subject.name.as_ref() == "system:authenticated";
    authenticated
        || is_anonymous(subject)
        || is_account_group(subject)
        || service_account(subject).is_some_and(|(_, name)| name == "default")
}
