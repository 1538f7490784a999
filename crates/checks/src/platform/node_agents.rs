//! The node agents that Kubernetes itself ships: what they need of the node, exactly, and nothing beyond.
//!
//! Source: kubeadm of release 1.36 (`cmd/kubeadm/app/phases` in kubernetes/kubernetes: `addons/proxy`, `controlplane`,
//! `etcd`). An agent with one more container, image, path or setting than is written here is a workload like any other.

use assay_inventory::{Variant, Workload};

use crate::image_reference::ImageReference;
use crate::node_path::{plain, within};
use crate::{Detail, Outcome};

/// A node agent as shipped. All of it must hold, for everything the workload runs.
#[derive(Debug, Clone, Copy)]
pub struct NodeAgent {
    /// Namespace.
    pub namespace: &'static str,
    /// Name; a static pod's is followed by `-` and the node's.
    pub name: &'static str,
    /// How it gets onto the node.
    pub made: Made,
    /// Name of its only container.
    pub container: &'static str,
    /// Last part of its image's repository path, whichever registry it is pulled from.
    pub image: &'static str,
    /// What it may have that others may not.
    pub allowed: &'static [Allowance],
    /// Why it is exempt, as reports say it.
    pub reason: &'static str,
}

/// How a node agent gets onto the node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    /// By a `DaemonSet`.
    DaemonSet,
    /// By its node's kubelet from a file; see [`assay_inventory::view::Pod::mirror`] for why a copy cannot pass for it.
    StaticPod,
}

/// What a node agent may have, in the terms of one check.
#[derive(Debug, Clone, Copy)]
pub struct Allowance {
    /// Id of the check.
    pub check: &'static str,
    /// Values that are exempt. One that ends in `/` is a directory, with all below it; `*` is any value.
    pub values: &'static [&'static str],
}

const fn allow(check: &'static str, values: &'static [&'static str]) -> Allowance {
    Allowance { check, values }
}

const HOST_NETWORK: Allowance = allow("host-network", &["true"]);
/// A control-plane component is asked for its health where it listens: an address of its own node.
const OWN_ADDRESS: Allowance = allow("probe-host", &["*"]);
/// Directories of certificate authorities that distributions link `/etc/ssl/certs` to.
const CONTROL_PLANE_FILES: Allowance = allow(
    "host-path",
    &[
        "/etc/ca-certificates/",
        "/etc/kubernetes/",
        "/etc/pki/ca-trust/",
        "/etc/pki/tls/certs/",
        "/etc/ssl/certs/",
        "/usr/libexec/kubernetes/kubelet-plugins/volume/exec/",
        "/usr/local/share/ca-certificates/",
        "/usr/share/ca-certificates/",
        "/var/log/kubernetes/",
    ],
);

const CONTROL_PLANE: &str =
    "control-plane component that its node's kubelet runs from a file, as shipped";

/// Every exempt node agent.
pub static NODE_AGENTS: &[NodeAgent] = &[
    NodeAgent {
        namespace: "kube-system",
        name: "kube-proxy",
        made: Made::DaemonSet,
        container: "kube-proxy",
        image: "kube-proxy",
        allowed: &[
            HOST_NETWORK,
            allow("host-path", &["/lib/modules", "/run/xtables.lock"]),
            allow("privileged-container", &["true"]),
            // A privileged container has all capabilities and no seccomp profile, whatever it says.
            allow("capabilities-not-dropped", &["unset"]),
            allow("privilege-escalation-allowed", &["unset"]),
            allow("seccomp-not-set", &["unset"]),
        ],
        reason: "kube-proxy of Kubernetes as shipped: it programs the node's packet filter",
    },
    NodeAgent {
        namespace: "kube-system",
        name: "etcd",
        made: Made::StaticPod,
        container: "etcd",
        image: "etcd",
        allowed: &[
            HOST_NETWORK,
            OWN_ADDRESS,
            allow("host-path", &["/etc/kubernetes/pki/etcd", "/var/lib/etcd"]),
        ],
        reason: CONTROL_PLANE,
    },
    NodeAgent {
        namespace: "kube-system",
        name: "kube-apiserver",
        made: Made::StaticPod,
        container: "kube-apiserver",
        image: "kube-apiserver",
        allowed: &[HOST_NETWORK, OWN_ADDRESS, CONTROL_PLANE_FILES],
        reason: CONTROL_PLANE,
    },
    NodeAgent {
        namespace: "kube-system",
        name: "kube-controller-manager",
        made: Made::StaticPod,
        container: "kube-controller-manager",
        image: "kube-controller-manager",
        allowed: &[HOST_NETWORK, OWN_ADDRESS, CONTROL_PLANE_FILES],
        reason: CONTROL_PLANE,
    },
    NodeAgent {
        namespace: "kube-system",
        name: "kube-scheduler",
        made: Made::StaticPod,
        container: "kube-scheduler",
        image: "kube-scheduler",
        allowed: &[
            HOST_NETWORK,
            OWN_ADDRESS,
            allow("host-path", &["/etc/kubernetes/scheduler.conf"]),
        ],
        reason: CONTROL_PLANE,
    },
];

impl NodeAgent {
    /// Whether a workload is this agent: placed, made, named and imaged so, in all its variants.
    #[must_use]
    pub fn is(&self, workload: &Workload) -> bool {
        let key = &workload.key;
        let kind = match self.made {
            Made::DaemonSet => ("apps/v1", "DaemonSet"),
            Made::StaticPod => ("v1", "Pod"),
        };
        let placed = key.namespace.as_ref() == self.namespace
            && (key.api_version.as_ref(), key.kind.as_ref()) == kind
            && key.name.starts_with(self.name);
        if !placed {
            return false;
        }
        let variants = workload.variants();
        !variants.is_empty()
            && variants
                .iter()
                .all(|variant| self.names(&key.name, variant) && self.runs(variant))
    }

    fn names(&self, name: &str, variant: &Variant<'_>) -> bool {
        match self.made {
            Made::DaemonSet => name == self.name,
            Made::StaticPod => variant.mirror.is_some_and(|node| {
                name.strip_prefix(self.name)
                    .and_then(|rest| rest.strip_prefix('-'))
                    == Some(node.as_ref())
            }),
        }
    }

    fn runs(&self, variant: &Variant<'_>) -> bool {
        let [container] = variant.spec.containers.as_slice() else {
            return false;
        };
        container.name.as_ref() == self.container
            && ImageReference::parse(&container.image)
                .is_some_and(|image| image.name() == self.image)
    }

    fn allows(&self, check: &str, detail: &Detail) -> bool {
        self.allowed
            .iter()
            .filter(|allowance| allowance.check == check)
            .flat_map(|allowance| allowance.values)
            .any(|value| is_value(value, &detail.value))
    }
}

fn is_value(allowed: &str, value: &str) -> bool {
    match allowed.strip_suffix('/') {
        // A value cut short may go on to anywhere.
        Some(directory) => !value.ends_with('…') && within(&plain(value), directory),
        None => allowed == "*" || allowed == value,
    }
}

/// A failing outcome of this check, unless the workload is a node agent and every detail is one it may have.
pub(crate) fn spare(check: &str, workload: &Workload, outcome: Outcome) -> Outcome {
    let Outcome::Fail(violation) = &outcome else {
        return outcome;
    };
    let agent = NODE_AGENTS.iter().find(|agent| agent.is(workload));
    let covers = |agent: &&NodeAgent| {
        violation
            .details
            .iter()
            .all(|detail| agent.allows(check, detail))
    };
    match agent.filter(covers) {
        Some(agent) if !violation.details.is_empty() => Outcome::NotApplicable(agent.reason),
        _ => outcome,
    }
}

#[cfg(test)]
mod tests {
    use super::{NODE_AGENTS, is_value};

    #[test]
    fn allowances_name_checks_that_exist() {
        let allowances = NODE_AGENTS.iter().flat_map(|agent| agent.allowed);
        for allowance in allowances {
            assert!(
                crate::find(allowance.check).is_some(),
                "{}",
                allowance.check
            );
        }
    }

    #[test]
    fn a_directory_does_not_let_out_of_itself() {
        assert!(is_value("/etc/kubernetes/", "/etc/kubernetes"));
        assert!(is_value("/etc/kubernetes/", "/etc/kubernetes/pki"));
        assert!(!is_value("/etc/kubernetes/", "/etc/kubernetes-x"));
        assert!(!is_value("/etc/kubernetes/", "/etc/kubernetes/../shadow"));
        assert!(!is_value("/lib/modules", "/lib/modules/x"));
    }
}
