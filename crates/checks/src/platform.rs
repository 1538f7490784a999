//! What Kubernetes itself ships and grants, as data: exempt only while nothing of it was changed.

use assay_inventory::ObjectKey;
use assay_inventory::view::{Binding, RbacSubject, SubjectKind};

mod add_ons;
mod namespaces;
mod node_agents;
mod stock;

pub use add_ons::{ADD_ONS, AddOn};
pub use namespaces::{NAMESPACES_OF_NODE_AGENTS, NodeAgentNamespace};
pub use node_agents::{Allowance, Made, NODE_AGENTS, NodeAgent};
pub use stock::{STOCK_BINDINGS, StockBinding};

pub(crate) use add_ons::origin;
pub(crate) use namespaces::namespace_of_node_agents;
pub(crate) use node_agents::spare;

/// Why a binding is no finding, if it is one that the platform ships and nothing of it was changed.
#[must_use]
pub fn stock_binding(binding: &Binding) -> Option<&'static str> {
    STOCK_BINDINGS
        .iter()
        .find(|stock| stock.is(binding))
        .map(|stock| stock.reason)
}

/// A binding's key.
pub(crate) fn binding_key(binding: &Binding) -> ObjectKey {
    ObjectKey::new(binding.meta.namespace.clone(), binding.meta.name.clone())
}

/// A binding's role, as messages name it.
pub(crate) fn role_name(binding: &Binding) -> &str {
    &binding.role.name
}

/// Whether a subject stands for more people or workloads than anyone can name.
pub(crate) fn is_crowd(subject: &RbacSubject) -> bool {
    let name = subject.name.as_ref();
    match subject.kind {
        SubjectKind::User => name == "system:anonymous",
        SubjectKind::Group => {
            matches!(
                name,
                "system:authenticated" | "system:unauthenticated" | "system:serviceaccounts"
            ) || name.starts_with("system:serviceaccounts:")
        }
        SubjectKind::ServiceAccount => name == "default",
    }
}
