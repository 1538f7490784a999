//! What confines a container: settings that a pod makes for all its containers and each container for itself.

use assay_inventory::Workload;
use assay_inventory::view::{ContainerSecurity, PodSecurity};

use crate::Outcome;
use crate::judging::{each_container, in_container, in_pod, variants};

/// What the baseline level of the Pod Security Standards lets a container add: the usual default of runtimes.
pub(crate) const BASELINE_CAPABILITIES: &[&str] = &[
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

/// Judges one field of the security context where it is set: on the pod, which ephemeral containers to come inherit,
/// and on each container. Both functions return the value that violates.
pub(crate) fn judge(
    workload: &Workload,
    linux_only: bool,
    field: &str,
    fix: &str,
    of_pod: impl Fn(&PodSecurity) -> Option<String>,
    of_container: impl Fn(&ContainerSecurity) -> Option<String>,
) -> Outcome {
    variants(workload, linux_only, fix, |variant| {
        let pod = of_pod(&variant.spec.security).map(|value| in_pod(field, value));
        let containers = each_container(variant.spec, |_, container| {
            of_container(&container.security).map(|value| in_container(container, field, value))
        });
        pod.into_iter().chain(containers).collect()
    })
}

/// A profile's type, unless it is one that confines.
pub(crate) fn unconfined<T: AsRef<str>>(profile: Option<&T>) -> Option<String> {
    let profile = profile?.as_ref();
    let confines = matches!(profile, "RuntimeDefault" | "Localhost");
    (!confines).then(|| profile.to_owned())
}
