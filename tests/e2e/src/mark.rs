//! What is put into a cluster is marked. On one that was there before, this is how all of it is taken out again, and
//! nothing else.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use k8s_openapi::api::admissionregistration::v1::{
    ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding, ValidatingWebhookConfiguration,
};
use k8s_openapi::api::certificates::v1::CertificateSigningRequest;
use k8s_openapi::api::core::v1::Namespace;
use k8s_openapi::api::rbac::v1::{ClusterRole, ClusterRoleBinding, Role, RoleBinding};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::api::{ApiResource, DeleteParams, DynamicObject, ListParams, Patch, PatchParams};
use kube::core::{NamespaceResourceScope, Resource};
use kube::{Api, Client, ResourceExt};
use serde_json::{Value, json};

use crate::{api, within};

/// Label of everything that an [`Author`](crate::Author) makes.
pub const MARK: &str = "e2e.assay.dev/made";

/// Longest that is waited for namespaces and what is in them to go.
const PATIENCE: Duration = Duration::from_mins(5);

/// A manifest with the mark.
pub(crate) fn marked(manifest: &Value) -> Value {
    let mut manifest = manifest.clone();
    let meta = manifest.get_mut("metadata").and_then(Value::as_object_mut);
    if let Some(meta) = meta {
        let labels = meta.entry("labels").or_insert_with(|| json!({}));
        if let Some(labels) = labels.as_object_mut() {
            labels.insert(MARK.to_owned(), "true".into());
        }
    }
    manifest
}

/// Whether an object has the mark.
pub(crate) fn is_marked(object: &impl ResourceExt) -> bool {
    object.labels().contains_key(MARK)
}

/// Fails if any of the objects is there already and not of our making: it would be overwritten, and deleted afterwards.
///
/// # Errors
/// If there are such objects, or it cannot be found out.
pub(crate) async fn refuse_strangers(client: &Client, manifests: &[Value]) -> anyhow::Result<()> {
    let text = |manifest: &Value, at: &str| {
        let text = manifest.pointer(at).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    let mut strangers = Vec::new();
    for manifest in manifests {
        // Their CRDs are in the list as well: without them there are none, and with ours all are ours.
        if text(manifest, "/apiVersion").starts_with(assay_api::GROUP) {
            continue;
        }
        let namespace = text(manifest, "/metadata/namespace");
        if !namespace.is_empty() {
            let home = Api::<Namespace>::all(client.clone());
            if home
                .get_opt(&namespace)
                .await?
                .is_none_or(|home| is_marked(&home))
            {
                continue;
            }
        }
        let (kind, name) = (text(manifest, "/kind"), text(manifest, "/metadata/name"));
        let live = api(client, manifest)?.get_opt(&name).await?;
        if live.is_some_and(|live| !is_marked(&live)) {
            strangers.push(format!("{kind} {name}"));
        }
    }
    ensure!(
        strangers.is_empty(),
        "the cluster has what would be installed, and it was not made by a demo or test: {}.\n\
         Nothing was changed. If Assay is installed there, it is watching already: `kubectl get compliancereports`. \
         Otherwise choose a cluster without these objects",
        strangers.join(", ")
    );
    Ok(())
}

/// Deletes everything that has the mark, and waits until it is gone.
///
/// # Errors
/// If something cannot be deleted, or does not go.
pub async fn clear(client: &Client) -> anyhow::Result<()> {
    for binding in everywhere::<RoleBinding>(client).await? {
        // Some are held on purpose, and hold their namespace.
        if !binding.finalizers().is_empty() {
            let free = Patch::Merge(json!({"metadata": {"finalizers": null}}));
            let api = Api::<RoleBinding>::namespaced(client.clone(), &home(&binding));
            api.patch(&binding.name_any(), &PatchParams::default(), &free)
                .await?;
        }
        delete(client, &binding).await?;
    }
    for role in everywhere::<Role>(client).await? {
        delete(client, &role).await?;
    }
    let kinds = cluster_scoped();
    let only = ListParams::default().labels(MARK);
    for kind in &kinds {
        let api: Api<DynamicObject> = Api::all_with(client.clone(), kind);
        for object in api.list(&only).await? {
            let gone = api
                .delete(&object.name_any(), &DeleteParams::background())
                .await;
            unless_gone(gone.map(|_| ()))
                .with_context(|| format!("deleting {} {}", kind.kind, object.name_any()))?;
        }
    }
    within(
        PATIENCE,
        "everything that was installed is gone",
        async || {
            for kind in &kinds {
                let api: Api<DynamicObject> = Api::all_with(client.clone(), kind);
                let left = api.list_metadata(&only).await?.items;
                let left: Vec<String> = left.iter().map(ResourceExt::name_any).collect();
                ensure!(left.is_empty(), "{} {} is left", kind.kind, left.join(", "));
            }
            Ok(Some(()))
        },
    )
    .await
}

/// Kinds in the order in which they are deleted: first what refuses and what gives rights, last what holds other objects.
fn cluster_scoped() -> [ApiResource; 8] {
    [
        ApiResource::erase::<ValidatingWebhookConfiguration>(&()),
        ApiResource::erase::<ValidatingAdmissionPolicyBinding>(&()),
        ApiResource::erase::<ValidatingAdmissionPolicy>(&()),
        ApiResource::erase::<ClusterRoleBinding>(&()),
        ApiResource::erase::<ClusterRole>(&()),
        ApiResource::erase::<CertificateSigningRequest>(&()),
        ApiResource::erase::<CustomResourceDefinition>(&()),
        ApiResource::erase::<Namespace>(&()),
    ]
}

async fn everywhere<K>(client: &Client) -> anyhow::Result<Vec<K>>
where
    K: Resource<DynamicType = ()> + Clone + std::fmt::Debug + serde::de::DeserializeOwned,
{
    let api: Api<K> = Api::all(client.clone());
    Ok(api.list(&ListParams::default().labels(MARK)).await?.items)
}

async fn delete<K>(client: &Client, object: &K) -> anyhow::Result<()>
where
    K: Resource<DynamicType = (), Scope = NamespaceResourceScope>
        + Clone
        + std::fmt::Debug
        + serde::de::DeserializeOwned,
{
    let api: Api<K> = Api::namespaced(client.clone(), &home(object));
    let gone = api
        .delete(&object.name_any(), &DeleteParams::default())
        .await;
    unless_gone(gone.map(|_| ()))
        .with_context(|| format!("deleting {} {}", K::kind(&()), object.name_any()))
}

fn home(object: &impl ResourceExt) -> String {
    object.namespace().unwrap_or_default()
}

/// What is gone already needs no deletion.
fn unless_gone(done: kube::Result<()>) -> kube::Result<()> {
    match done {
        Err(kube::Error::Api(answer)) if answer.code == 404 => Ok(()),
        other => other,
    }
}
