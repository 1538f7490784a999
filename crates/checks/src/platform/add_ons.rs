//! Well-known add-ons that need the node: they are findings like any other, but their origin is told.

use assay_inventory::Workload;
use assay_inventory::view::ContainerKind;

use super::NODE_AGENTS;
use crate::Origin;
use crate::image_reference::ImageReference;

/// An add-on, recognised by the name and the image of its `DaemonSet`.
#[derive(Debug, Clone, Copy)]
pub struct AddOn {
    /// Name of the `DaemonSet`, or what it ends with behind a release's name and a dash.
    pub name: &'static str,
    /// Repository path of one of its main containers' images, or what that ends with, whole parts only.
    pub image: &'static str,
}

const fn add_on(name: &'static str, image: &'static str) -> AddOn {
    AddOn { name, image }
}

/// Every add-on that is told apart from the cluster's own workloads.
pub static ADD_ONS: &[AddOn] = &[
    // Networks
    add_on("antrea-agent", "antrea/antrea-agent-ubuntu"),
    add_on("aws-node", "amazon-k8s-cni"),
    add_on("calico-node", "calico/node"),
    add_on("canal", "calico/node"),
    add_on("cilium", "cilium/cilium"),
    add_on("kindnet", "kindest/kindnetd"),
    add_on("kube-flannel-ds", "flannel/flannel"),
    add_on("kube-flannel-ds", "flannel-io/flannel"),
    add_on("kube-router", "cloudnativelabs/kube-router"),
    add_on("weave-net", "weaveworks/weave-kube"),
    // Storage
    add_on("csi-azuredisk-node", "oss/kubernetes-csi/azuredisk-csi"),
    add_on("csi-azurefile-node", "oss/kubernetes-csi/azurefile-csi"),
    add_on("csi-nfs-node", "sig-storage/nfsplugin"),
    add_on("csi-secrets-store", "csi-secrets-store/driver"),
    add_on("ebs-csi-node", "aws-ebs-csi-driver"),
    add_on("efs-csi-node", "aws-efs-csi-driver"),
    add_on("longhorn-manager", "longhornio/longhorn-manager"),
    // Observation
    add_on("cadvisor", "cadvisor/cadvisor"),
    add_on("filebeat", "beats/filebeat"),
    add_on("fluent-bit", "fluent/fluent-bit"),
    add_on("node-exporter", "prometheus/node-exporter"),
    add_on("promtail", "grafana/promtail"),
    // Runtime sensors
    add_on("falco", "falcosecurity/falco"),
    add_on("kubearmor", "kubearmor/kubearmor"),
    add_on("tetragon", "cilium/tetragon"),
    add_on("tracee", "aquasec/tracee"),
];

impl AddOn {
    /// Whether a workload is this add-on, as far as names tell.
    #[must_use]
    pub fn is(&self, workload: &Workload) -> bool {
        let key = &workload.key;
        let named = key
            .name
            .strip_suffix(self.name)
            .is_some_and(|front| front.is_empty() || front.ends_with('-'));
        if !named || key.kind.as_ref() != "DaemonSet" {
            return false;
        }
        let variants = workload.variants();
        !variants.is_empty()
            && variants.iter().all(|variant| {
                let containers = variant.spec.containers.iter();
                containers
                    .filter(|container| container.kind == ContainerKind::Main)
                    .filter_map(|container| ImageReference::parse(&container.image))
                    .any(|image| image.is_at(self.image))
            })
    }
}

/// Who brought a workload.
pub(crate) fn origin(workload: &Workload) -> Origin {
    if NODE_AGENTS.iter().any(|agent| agent.is(workload)) {
        Origin::Platform
    } else if ADD_ONS.iter().any(|add_on| add_on.is(workload)) {
        Origin::ThirdParty
    } else {
        Origin::Workload
    }
}

#[cfg(test)]
mod tests {
    use super::origin;
    use crate::Origin;
    use crate::testing::{daemon_set, workload};

    fn of(namespace: &str, name: &str, image: &str) -> Origin {
        let pod_spec = format!(r#"{{"containers":[{{"name":"kube-proxy","image":"{image}"}}]}}"#);
        workload(&daemon_set(namespace, name, &pod_spec), origin)
    }

    #[test]
    fn names_and_images_tell_the_origin() {
        let proxy = "registry.k8s.io/kube-proxy:v1.36.4";
        assert_eq!(of("kube-system", "kube-proxy", proxy), Origin::Platform);
        assert_eq!(of("shop", "kube-proxy", proxy), Origin::Workload);
        let exporter = "registry.example.com/mirror/prometheus/node-exporter:v1.9.1";
        assert_eq!(
            of("monitoring", "stack-node-exporter", exporter),
            Origin::ThirdParty
        );
        assert_eq!(
            of("monitoring", "stacknode-exporter", exporter),
            Origin::Workload
        );
        assert_eq!(
            of("monitoring", "node-exporter", "shop/web:1.0"),
            Origin::Workload
        );
    }
}
