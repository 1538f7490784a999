//! Clusters as a tool describes them: a kind that is none of Kubernetes' own.

use serde_json::{Value, json};

const GROUP: &str = "eks.services.k8s.aws";
/// Their kind with its group, as profiles name it.
pub const DESCRIBED: &str = "Cluster.eks.services.k8s.aws";

/// A definition that takes whatever it is given: whose fields they are is their tool's business.
#[must_use]
pub fn describing_clusters(versions: &[&str]) -> Value {
    let versions = versions.iter().enumerate().map(|(index, name)| {
        json!({
            "name": name, "served": true, "storage": index == 0,
            "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}},
        })
    });
    json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": format!("clusters.{GROUP}")},
        "spec": {
            "group": GROUP, "scope": "Namespaced", "versions": versions.collect::<Vec<_>>(),
            "names": {"kind": "Cluster", "plural": "clusters", "singular": "cluster", "listKind": "ClusterList"},
        },
    })
}

/// A cluster of EKS as AWS Controllers for Kubernetes describe it, open to everybody or to nobody outside.
#[must_use]
pub fn described_cluster(namespace: &str, name: &str, public: bool) -> Value {
    json!({
        "apiVersion": format!("{GROUP}/v1alpha1"), "kind": "Cluster",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"resourcesVPCConfig": {"endpointPublicAccess": public}},
    })
}
