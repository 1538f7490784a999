//! Labels by which a namespace asks the API server to refuse pods (Pod Security admission).

use assay_inventory::view::Namespace;

/// The label whose level is enforced.
pub(crate) const ENFORCE: &str = "pod-security.kubernetes.io/enforce";

/// The level that a namespace enforces, as written.
pub(crate) fn enforced(namespace: &Namespace) -> Option<&str> {
    namespace.meta.labels.get(ENFORCE)
}

/// Whether the namespace asks for warnings or audit entries, which refuse nothing.
pub(crate) fn only_tells(namespace: &Namespace) -> bool {
    let labels = &namespace.meta.labels;
    ["audit", "warn"].iter().any(|mode| {
        labels
            .get(&format!("pod-security.kubernetes.io/{mode}"))
            .is_some()
    })
}
