//! Distributions of Kubernetes: by which signs one is known, and whether its provider hides the control plane.

use std::fmt;

use crate::view::Node;

/// Who made, and perhaps runs, the control plane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Distribution {
    /// Amazon EKS.
    Eks,
    /// Google Kubernetes Engine.
    Gke,
    /// Azure Kubernetes Service.
    Aks,
    /// Red Hat `OpenShift`.
    OpenShift,
    /// RKE2.
    Rke2,
    /// k3s.
    K3s,
    /// Talos Linux.
    Talos,
    /// kind: Kubernetes in containers.
    Kind,
    /// minikube.
    Minikube,
    /// `MicroK8s`.
    Microk8s,
}

/// A sign by which a distribution is known.
enum Sign {
    /// The version of the server or of a kubelet holds this.
    Version(&'static str),
    /// A node has a label of this key.
    Label(&'static str),
    /// A node's provider id begins with this.
    Provider(&'static str),
    /// A node's operating system begins with this.
    Os(&'static str),
}

/// A cloud's provider id alone is no sign: whoever runs their own control plane on its machines has it too.
const SIGNS: &[(Distribution, Sign)] = &[
    (Distribution::Eks, Sign::Version("-eks-")),
    (
        Distribution::Eks,
        Sign::Label("eks.amazonaws.com/nodegroup"),
    ),
    (
        Distribution::Eks,
        Sign::Label("eks.amazonaws.com/compute-type"),
    ),
    (Distribution::Gke, Sign::Version("-gke.")),
    (
        Distribution::Gke,
        Sign::Label("cloud.google.com/gke-nodepool"),
    ),
    (
        Distribution::Aks,
        Sign::Label("kubernetes.azure.com/cluster"),
    ),
    (
        Distribution::OpenShift,
        Sign::Label("node.openshift.io/os_id"),
    ),
    (Distribution::Rke2, Sign::Version("+rke2r")),
    (Distribution::K3s, Sign::Version("+k3s")),
    (Distribution::Talos, Sign::Os("Talos (")),
    (Distribution::Kind, Sign::Provider("kind://")),
    (Distribution::Minikube, Sign::Label("minikube.k8s.io/name")),
    (Distribution::Microk8s, Sign::Label("microk8s.io/cluster")),
];

impl Distribution {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Eks => "Amazon EKS",
            Self::Gke => "Google Kubernetes Engine",
            Self::Aks => "Azure Kubernetes Service",
            Self::OpenShift => "OpenShift",
            Self::Rke2 => "RKE2",
            Self::K3s => "k3s",
            Self::Talos => "Talos Linux",
            Self::Kind => "kind",
            Self::Minikube => "minikube",
            Self::Microk8s => "MicroK8s",
        }
    }

    /// Whether its provider runs the control plane and need not show how it is set up.
    #[must_use]
    pub const fn hides_control_plane(self) -> bool {
        matches!(self, Self::Eks | Self::Gke | Self::Aks)
    }

    /// By the version that a server tells.
    #[must_use]
    pub fn of_version(version: &str) -> Option<Self> {
        by(|sign| matches!(sign, Sign::Version(part) if version.contains(part)))
    }

    /// By what a node shows.
    #[must_use]
    pub fn of_node(node: &Node) -> Option<Self> {
        by(|sign| match sign {
            Sign::Version(part) => node.kubelet_version.contains(part),
            Sign::Label(key) => node.meta.labels.get(key).is_some(),
            Sign::Provider(prefix) => node.provider_id.starts_with(prefix),
            Sign::Os(prefix) => node.os_image.starts_with(prefix),
        })
    }
}

fn by(shows: impl Fn(&Sign) -> bool) -> Option<Distribution> {
    let mut signs = SIGNS.iter();
    let (distribution, _) = signs.find(|(_, sign)| shows(sign))?;
    Some(*distribution)
}

impl fmt::Display for Distribution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Object;
    use crate::{Kind, decode};

    fn of(node: &str) -> Option<Distribution> {
        match decode(Kind::Node, node, &[]) {
            Ok(Object::Node(node)) => Distribution::of_node(&node),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_node_shows_where_it_is() {
        let kubelet = |version: &str| {
            of(&format!(
                r#"{{"status": {{"nodeInfo": {{"kubeletVersion": "{version}"}}}}}}"#
            ))
        };
        assert_eq!(kubelet("v1.33.1-eks-1de2ab1"), Some(Distribution::Eks));
        assert_eq!(kubelet("v1.33.1-gke.100"), Some(Distribution::Gke));
        assert_eq!(kubelet("v1.33.1+rke2r1"), Some(Distribution::Rke2));
        assert_eq!(kubelet("v1.33.1"), None);
        let aks = r#"{"metadata": {"labels": {"kubernetes.azure.com/cluster": "x"}}}"#;
        assert_eq!(of(aks), Some(Distribution::Aks));
        let talos = r#"{"status": {"nodeInfo": {"osImage": "Talos (v1.9.0)"}}}"#;
        assert_eq!(of(talos), Some(Distribution::Talos));
        let kind = r#"{"spec": {"providerID": "kind://docker/kind/kind-worker"}}"#;
        assert_eq!(of(kind), Some(Distribution::Kind));
    }

    #[test]
    fn a_machine_of_a_cloud_is_no_managed_control_plane() {
        assert_eq!(
            of(r#"{"spec": {"providerID": "aws:///eu-west-1a/i-0"}}"#),
            None
        );
    }
}
