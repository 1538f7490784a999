//! Objects of any kind from manifests, written as an author would write them.

use anyhow::{Context as _, ensure};
use kube::api::{
    ApiResource, DeleteParams, DynamicObject, GroupVersionKind, Patch, PatchParams, PostParams,
};
use kube::{Api, Client, ResourceExt};
use serde_json::Value;

use crate::mark;

/// Field manager of everything an [`Author`] writes.
pub const AUTHOR: &str = "e2e-author";

/// A request for O=system:masters, CN=jane, in PEM and base64.
pub const MASTERS_REQUEST: &str = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIaU1JR0tBZ0VBTUNneEZ6QVZCZ05WQkFvTURuTjVjM1JsYlRwdFlYTjBaWEp6TVEwd0N3WURWUVFEREFScQpZVzVsTUZrd0V3WUhLb1pJemowQ0FRWUlLb1pJemowREFRY0RRZ0FFanlxUDd0WmRWcThaRW81K3JSMGVCN2FVCmt5WjFKOHNaZTZJNVZtRXBKSHgvbm5BU2NWMVAwOWFEMFhYemR6S0hvcEtkQUFlQ3RQZzh4eFpBUUxiYUdxQUEKTUFvR0NDcUdTTTQ5QkFNQ0EwY0FNRVFDSVFEWEYxZ2lSZ1FycXN2VXI0L0lnalBMT1FyYlVoeS81MHdBdVRkMAorYytKa2dJZldVTkEzMWcrQnhHb0I1dmJ5UWhwcVFYQldVUnhmUEl3RnA1aTJJWnFIdz09Ci0tLS0tRU5EIENFUlRJRklDQVRFIFJFUVVFU1QtLS0tLQo=";

/// A manifest with `{ns}` put in for a namespace's name, so that tests on one cluster keep apart.
///
/// # Errors
/// If the name would make it something else than JSON.
pub fn filled(manifest: &Value, namespace: &str) -> anyhow::Result<Value> {
    let text = manifest.to_string().replace("{ns}", namespace);
    Ok(serde_json::from_str(&text)?)
}

/// The API of a manifest's kind, in its namespace if it names one.
///
/// # Errors
/// If the manifest names no kind.
pub fn api(client: &Client, manifest: &Value) -> anyhow::Result<Api<DynamicObject>> {
    let text = |at: &str| manifest.pointer(at).and_then(Value::as_str);
    let api_version = text("/apiVersion").context("a manifest without apiVersion")?;
    let kind = text("/kind").context("a manifest without kind")?;
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let resource = ApiResource::from_gvk(&GroupVersionKind::gvk(group, version, kind));
    Ok(match text("/metadata/namespace") {
        Some(namespace) => Api::namespaced_with(client.clone(), namespace, &resource),
        None => Api::all_with(client.clone(), &resource),
    })
}

/// Somebody who writes objects.
#[derive(Clone)]
pub struct Author(pub Client);

impl Author {
    /// Makes the object be as the manifest says and carry the [`MARK`](crate::MARK), whether it is there or not.
    ///
    /// # Errors
    /// If the API server refuses it, or it is there, belongs to no namespace and has no mark: it is somebody else's.
    pub async fn apply(&self, manifest: &Value) -> anyhow::Result<DynamicObject> {
        let name = name(manifest)?;
        let params = PatchParams::apply(AUTHOR).force();
        let api = api(&self.0, manifest)?;
        if manifest.pointer("/metadata/namespace").is_none() {
            let live = api.get_opt(name).await?;
            ensure!(
                live.is_none_or(|live| mark::is_marked(&live)),
                "{} {name} is there already, and not of a test's making: delete or rename it, or use another cluster",
                kind(manifest)
            );
        }
        let manifest = mark::marked(manifest);
        let done = api.patch(name, &params, &Patch::Apply(&manifest)).await;
        done.with_context(|| format!("applying {} {name}", kind(&manifest)))
    }

    /// Makes the manifest's object, marked, which takes the API server half the work of [`apply`](Self::apply).
    ///
    /// # Errors
    /// If the API server refuses it, as it does if the object is there.
    pub async fn create(&self, manifest: &Value) -> anyhow::Result<DynamicObject> {
        let name = name(manifest)?;
        let params = PostParams {
            field_manager: Some(AUTHOR.to_owned()),
            ..PostParams::default()
        };
        let object = serde_json::from_value(mark::marked(manifest))?;
        let done = api(&self.0, manifest)?.create(&params, &object).await;
        done.with_context(|| format!("creating {} {name}", kind(manifest)))
    }

    /// Merges a patch into the manifest's object.
    ///
    /// # Errors
    /// If the API server refuses it.
    pub async fn merge(&self, manifest: &Value, patch: &Value) -> anyhow::Result<DynamicObject> {
        let name = name(manifest)?;
        let params = PatchParams {
            field_manager: Some(AUTHOR.to_owned()),
            ..PatchParams::default()
        };
        let api = api(&self.0, manifest)?;
        let done = api.patch(name, &params, &Patch::Merge(patch)).await;
        done.with_context(|| format!("patching {} {name}", kind(manifest)))
    }

    /// Deletes the manifest's object and all that hangs on it.
    ///
    /// # Errors
    /// If the API server refuses.
    pub async fn delete(&self, manifest: &Value) -> anyhow::Result<()> {
        let name = name(manifest)?;
        let params = DeleteParams::background().grace_period(0);
        let done = api(&self.0, manifest)?.delete(name, &params).await;
        done.with_context(|| format!("deleting {} {name}", kind(manifest)))?;
        Ok(())
    }

    /// The manifest's object as it is now; `None` if there is none.
    ///
    /// # Errors
    /// If it cannot be read.
    pub async fn live(&self, manifest: &Value) -> anyhow::Result<Option<DynamicObject>> {
        Ok(api(&self.0, manifest)?.get_opt(name(manifest)?).await?)
    }

    /// A namespace of this name, which may be there already.
    ///
    /// # Errors
    /// If the API server refuses it, or gives it no `default` `ServiceAccount`, without which pods are refused.
    pub async fn namespace(&self, name: &str) -> anyhow::Result<Value> {
        let namespace = serde_json::json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
        self.apply(&namespace).await?;
        let account = serde_json::json!({"apiVersion": "v1", "kind": "ServiceAccount",
            "metadata": {"name": "default", "namespace": name}});
        crate::eventually(
            &format!("{name} has its default ServiceAccount"),
            async || Ok(self.live(&account).await?.map(|account| account.uid())),
        )
        .await?;
        Ok(namespace)
    }
}

/// Kind of a manifest, for messages.
fn kind(manifest: &Value) -> &str {
    let kind = manifest.get("kind").and_then(Value::as_str);
    kind.unwrap_or("an object of no kind")
}

fn name(manifest: &Value) -> anyhow::Result<&str> {
    let name = manifest.pointer("/metadata/name").and_then(Value::as_str);
    name.context("a manifest without a name")
}
