//! Something of each kind that is watched or asked for, so that each right to see has something to be missed in.

use std::collections::BTreeSet;

use anyhow::{Context as _, ensure};
use assay_e2e::{Author, MASTERS_REQUEST, Scene, eventually, manifests};
use k8s_openapi::api::core::v1::Pod;
use kube::api::ListParams;
use kube::{Api, ResourceExt};
use serde_json::{Value, json};

use super::NAMESPACE;

/// Something of each watched kind, so that each has something to say.
pub(super) async fn furnish(scene: &Scene) -> anyhow::Result<()> {
    let author = Author(scene.client.clone());
    author.namespace(NAMESPACE).await?;
    let probe = [
        manifests::admission_probe()?,
        manifests::admission_probe_in(NAMESPACE)?,
    ];
    for manifest in probe.concat() {
        author.apply(&manifest).await?;
    }
    define_bundles(&author).await?;
    author
        .apply(&json!({"apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest",
            "metadata": {"name": "rights"},
            "spec": {"signerName": "example.com/clients", "usages": ["client auth"], "request": MASTERS_REQUEST}}))
        .await?;
    for (api_version, kind, mut object) in objects() {
        if let Some(fields) = object.as_object_mut() {
            fields.insert("apiVersion".to_owned(), api_version.into());
            fields.insert("kind".to_owned(), kind.into());
            let metadata = json!({"name": "app", "namespace": NAMESPACE});
            fields.insert("metadata".to_owned(), metadata);
        }
        author
            .apply(&object)
            .await
            .with_context(|| kind.to_owned())?;
    }
    have_pods(scene).await
}

/// Waits until each controller has made a pod: until then its template speaks for it, and it is judged otherwise.
async fn have_pods(scene: &Scene) -> anyhow::Result<()> {
    let pods: Api<Pod> = Api::namespaced(scene.client.clone(), NAMESPACE);
    eventually("each controller has a pod", async || {
        let pods = pods.list(&ListParams::default()).await?;
        let owners: BTreeSet<&str> = pods
            .iter()
            .flat_map(ResourceExt::owner_references)
            .map(|owner| owner.kind.as_str())
            .collect();
        let expected = ["DaemonSet", "Job", "ReplicaSet", "StatefulSet"];
        ensure!(owners == BTreeSet::from(expected), "of {owners:?} only");
        Ok(Some(()))
    })
    .await
}

/// A kind that another tool defines, and one such object: see [`super::THIRD_PARTY`].
async fn define_bundles(author: &Author) -> anyhow::Result<()> {
    let schema = json!({"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}});
    author
        .apply(&json!({"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": {"name": "bundles.trust.cert-manager.io"},
            "spec": {"group": "trust.cert-manager.io", "scope": "Cluster",
                "versions": [{"name": "v1alpha1", "served": true, "storage": true, "schema": schema}],
                "names": {"kind": "Bundle", "plural": "bundles", "singular": "bundle"}}}))
        .await?;
    let bundle = json!({"apiVersion": "trust.cert-manager.io/v1alpha1", "kind": "Bundle",
        "metadata": {"name": "app"}, "spec": {"sources": []}});
    eventually("bundles are served", async || {
        author.apply(&bundle).await.map(|_| Some(()))
    })
    .await
}

/// Objects of the namespace: `apiVersion`, kind, and what is in them beside their metadata.
fn objects() -> [(&'static str, &'static str, Value); 15] {
    let containers = json!([{"name": "main", "image": "registry.example.com/app:1"}]);
    let spec = json!({"serviceAccountName": "app", "containers": containers});
    let template = json!({"metadata": {"labels": {"app": "app"}}, "spec": spec});
    let job = json!({"spec": {"template": {"spec": {"restartPolicy": "Never", "containers": containers}}}});
    let selector = json!({"matchLabels": {"app": "app"}});
    // Services and Ingresses are read for what is worth reaching: to these pods an Ingress leads.
    let open = json!({"app": "open"});
    let prometheus = json!({"containers": [{"name": "main", "image": "prom/prometheus:v3.1.0"}]});
    let open = json!({"spec": {"replicas": 0, "selector": {"matchLabels": open},
        "template": {"metadata": {"labels": open}, "spec": prometheus}}});
    let subject = json!([{"kind": "ServiceAccount", "name": "app", "namespace": NAMESPACE}]);
    let rbac = "rbac.authorization.k8s.io/v1";
    [
        ("v1", "ServiceAccount", json!({})),
        (
            rbac,
            "Role",
            json!({"rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]}]}),
        ),
        (
            rbac,
            "RoleBinding",
            json!({"subjects": subject,
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "app"}}),
        ),
        (
            "networking.k8s.io/v1",
            "NetworkPolicy",
            json!({"spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}}),
        ),
        (
            "v1",
            "ResourceQuota",
            json!({"spec": {"hard": {"pods": "10", "limits.memory": "10Gi"}}}),
        ),
        (
            "v1",
            "LimitRange",
            json!({"spec": {"limits": [{"type": "Container", "default": {"memory": "1Gi"}}]}}),
        ),
        (
            "apps/v1",
            "Deployment",
            json!({"spec": {"selector": selector, "template": template}}),
        ),
        (
            "apps/v1",
            "StatefulSet",
            json!({"spec": {"serviceName": "app", "selector": selector, "template": template}}),
        ),
        (
            "apps/v1",
            "DaemonSet",
            json!({"spec": {"selector": selector, "template": template}}),
        ),
        ("apps/v1", "ReplicaSet", open),
        (
            "v1",
            "Service",
            json!({"spec": {"selector": {"app": "open"}, "ports": [{"port": 9090}]}}),
        ),
        (
            "networking.k8s.io/v1",
            "Ingress",
            json!({"spec": {"defaultBackend": {"service": {"name": "app", "port": {"number": 9090}}}}}),
        ),
        (
            "v1",
            "ConfigMap",
            json!({"data": {"config": "kind: Config\nclusters: []\nusers:\n- user:\n    token: 0123456789abcdef\n"}}),
        ),
        ("batch/v1", "Job", job.clone()),
        (
            "batch/v1",
            "CronJob",
            json!({"spec": {"schedule": "0 0 1 1 *", "jobTemplate": job}}),
        ),
    ]
}
