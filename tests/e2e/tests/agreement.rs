//! The laptop and the cluster agree: `assay scan deploy/demo` finds on the manifests what the operator finds once they run.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use assay_api::ComplianceFindings;
use assay_cluster::Options;
use assay_e2e::{Scene, Shop, assay, eventually};
use kube::Api;
use kube::api::ListParams;
use serde_json::Value;

/// An object: kind, namespace and name.
type Object = (String, String, String);
/// A finding: the check and the object.
type Found = (String, Object);

/// What only a cluster shows: who asked for a certificate is noted on the request by the API server.
const OF_A_CLUSTER: [&str; 1] = ["masters-member-request"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn text(value: &Value, field: &str) -> String {
    let text = value.get(field).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

fn items<'a>(value: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> {
    let items = value.get(field).and_then(Value::as_array);
    items.into_iter().flatten()
}

/// What `assay scan` finds on the shop's manifests.
fn scanned() -> Result<BTreeSet<Found>> {
    let output = assay()?
        .args(["scan", "deploy/demo", "-o", "json"])
        .current_dir(root())
        .output()?;
    ensure!(
        output.status.code() == Some(1),
        "the shop is flawed and readable: exit 1 was expected, not {}: {}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    let scan: Value = serde_json::from_slice(&output.stdout)?;
    let found = items(&scan, "findings").map(|finding| {
        let resource = finding.get("resource").unwrap_or(&Value::Null);
        let object = (
            text(resource, "kind"),
            text(resource, "namespace"),
            text(resource, "name"),
        );
        (text(finding, "check"), object)
    });
    Ok(found.collect())
}

/// What the operator finds, wherever it stands.
async fn watched(scene: &Scene) -> Result<BTreeSet<Found>> {
    let api: Api<ComplianceFindings> = Api::all(scene.client.clone());
    let objects = api.list(&ListParams::default()).await?;
    let groups = objects.items.into_iter().filter_map(|object| object.status);
    let findings = groups
        .flat_map(|status| status.checks)
        .flat_map(|group| group.expand().collect::<Vec<_>>());
    let found = findings.map(|finding| {
        let resource = finding.body.resource;
        let namespace = resource.namespace.unwrap_or_default();
        (finding.check, (resource.kind, namespace, resource.name))
    });
    Ok(found.collect())
}

/// Objects of the shop.
fn objects(shop: &Shop) -> BTreeSet<Object> {
    let objects = shop.manifests().iter().map(|manifest| {
        let meta = manifest.get("metadata").unwrap_or(&Value::Null);
        (
            text(manifest, "kind"),
            text(meta, "namespace"),
            text(meta, "name"),
        )
    });
    objects.collect()
}

#[tokio::test]
async fn scan_and_operator_find_the_same() -> Result<()> {
    let scene = Scene::set(Options::default().nodes(1)).await?;
    let shop = Shop::read()?;
    shop.open(&scene).await?;
    let shop = objects(&shop);
    ensure!(shop.len() > 20, "the shop has {} objects", shop.len());
    let operator = scene.operator("agreement")?;
    operator.ready().await?;
    let scanned = scanned()?;
    ensure!(scanned.len() > 20, "the scan found {} flaws", scanned.len());
    let on_the_shop = |found: BTreeSet<Found>| -> BTreeSet<Found> {
        found
            .into_iter()
            .filter(|(check, object)| {
                shop.contains(object) && !OF_A_CLUSTER.contains(&check.as_str())
            })
            .collect()
    };
    // Pods come up one by one: the operator is given time to see the last of them.
    let agreed = eventually("the operator finds what the scan found", async || {
        let watched = on_the_shop(watched(&scene).await?);
        Ok((watched == scanned).then_some(()))
    });
    if agreed.await.is_err() {
        let watched = on_the_shop(watched(&scene).await?);
        let only = |of: &BTreeSet<Found>, not: &BTreeSet<Found>| {
            let lines: Vec<String> = of
                .difference(not)
                .map(|found| format!("  {found:?}"))
                .collect();
            lines.join("\n")
        };
        anyhow::bail!(
            "only the scan found\n{}\nonly the operator found\n{}",
            only(&scanned, &watched),
            only(&watched, &scanned)
        );
    }
    scene.end().await
}
