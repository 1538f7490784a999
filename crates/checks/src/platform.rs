//! What Kubernetes itself grants, as data: exempt only while name, role and subjects are all as shipped.

use assay_inventory::ObjectKey;
use assay_inventory::view::{Binding, RbacSubject, SubjectKind};

mod stock;

pub use stock::{STOCK_BINDINGS, StockBinding};

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
