//! Manifests of this checkout, as files hold them.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::Value;

/// Names the folder to install from instead of `deploy/`.
const DEPLOY: &str = "ASSAY_DEPLOY";

/// The objects of a file, or of a folder's files by their names, in their order.
pub(crate) fn read(path: &Path) -> anyhow::Result<Vec<Value>> {
    let shown = path.display();
    if path.is_dir() {
        let entries = std::fs::read_dir(path).with_context(|| format!("cannot list {shown}"))?;
        let mut files = entries
            .map(|entry| Ok(entry?.path()))
            .collect::<std::io::Result<Vec<PathBuf>>>()?;
        files.retain(|file| file.extension().is_some_and(|of| of == "yaml"));
        files.sort();
        let parts = files.iter().map(|file| read(file));
        return Ok(parts.collect::<anyhow::Result<Vec<_>>>()?.concat());
    }
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {shown}"))?;
    serde_saphyr::from_multiple(&text).with_context(|| format!("{shown} is not YAML"))
}

/// Assay's kinds as this build defines them.
pub(crate) fn kinds() -> anyhow::Result<Vec<Value>> {
    let kinds = assay_api::custom_resource_definitions();
    Ok(kinds
        .iter()
        .map(serde_json::to_value)
        .collect::<Result<_, _>>()?)
}

/// What `deploy/` holds for the operator, but for the Deployment: operators run beside the cluster.
///
/// # Errors
/// If a file cannot be read, or is not YAML.
pub fn rights() -> anyhow::Result<Vec<Value>> {
    deployed(&["namespace.yaml", "serviceaccount.yaml", "rbac.yaml"])
}

/// What it takes to have pods tried in namespaces: the account, and the policy that lets it make none.
///
/// # Errors
/// If a file cannot be read, or is not YAML.
pub fn admission_probe() -> anyhow::Result<Vec<Value>> {
    deployed(&[
        "admission-probe/serviceaccount.yaml",
        "admission-probe/rbac.yaml",
        "admission-probe/policy.yaml",
    ])
}

/// The same in one such namespace.
///
/// # Errors
/// If a file cannot be read, or is not YAML.
pub fn admission_probe_in(namespace: &str) -> anyhow::Result<Vec<Value>> {
    let mut all = deployed(&["admission-probe/namespace/rbac.yaml"])?;
    for manifest in &mut all {
        let meta = manifest.get_mut("metadata").and_then(Value::as_object_mut);
        let meta = meta.context("a manifest without metadata")?;
        meta.insert("namespace".to_owned(), namespace.into());
    }
    Ok(all)
}

fn deployed(files: &[&str]) -> anyhow::Result<Vec<Value>> {
    let folder = deploy();
    let parts = files.iter().map(|file| read(&folder.join(file)));
    Ok(parts.collect::<anyhow::Result<Vec<_>>>()?.concat())
}

/// The role by which Secrets are listed, and its binding: whoever wants it applies it beside the rest.
///
/// # Errors
/// As [`rights`].
pub fn secret_types() -> anyhow::Result<Vec<Value>> {
    deployed(&["secret-types/rbac.yaml"])
}

fn deploy() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy");
    std::env::var_os(DEPLOY).map_or(own, PathBuf::from)
}
