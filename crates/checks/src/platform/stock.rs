//! The bindings that Kubernetes itself creates, exactly as it does.
//!
//! Source: the bootstrap policy of the API server (`plugin/pkg/auth/authorizer/rbac/bootstrappolicy` in
//! kubernetes/kubernetes, release 1.36) and what kubeadm adds.

use assay_inventory::view::{Binding, SubjectKind};

/// A binding as shipped.
#[derive(Debug, Clone, Copy)]
pub struct StockBinding {
    /// Namespace; empty for a `ClusterRoleBinding`.
    pub namespace: &'static str,
    /// Name.
    pub name: &'static str,
    /// Whether `roleRef` names a `ClusterRole`.
    pub cluster_role: bool,
    /// Name of the role.
    pub role: &'static str,
    /// Subjects, in any order: kind, namespace, name.
    pub subjects: &'static [(SubjectKind, &'static str, &'static str)],
    /// Why it is exempt, as reports say it.
    pub reason: &'static str,
}

impl StockBinding {
    /// Whether the binding equals this one in name, role and subjects.
    #[must_use]
    pub fn is(&self, binding: &Binding) -> bool {
        binding.meta.namespace.as_ref() == self.namespace
            && binding.meta.name.as_ref() == self.name
            && binding.role.cluster == self.cluster_role
            && binding.role.name.as_ref() == self.role
            && binding.subjects.len() == self.subjects.len()
            && binding.subjects.iter().all(|subject| {
                self.subjects.contains(&(
                    subject.kind,
                    subject.namespace.as_ref(),
                    subject.name.as_ref(),
                ))
            })
    }
}

const KUBERNETES: &str = "stock binding of Kubernetes, unchanged";

/// Every exempt binding.
pub static STOCK_BINDINGS: &[StockBinding] = &[StockBinding {
    namespace: "",
    name: "cluster-admin",
    cluster_role: true,
    role: "cluster-admin",
    subjects: &[(SubjectKind::Group, "", "system:masters")],
    reason: KUBERNETES,
}];
