//! However much there is to find, no object outgrows its bound, and what is left out is counted.

use anyhow::{Context as _, ensure};
use assay_api::ComplianceFindings;
use assay_e2e::{eventually, on_stage, sound_but};
use futures::StreamExt;
use kube::api::ListParams;
use kube::{Api, ResourceExt};
use serde_json::{Value, json};

/// Largest object that may be written.
const LARGEST: usize = 256 * 1024;

#[test]
fn no_object_outgrows_its_bound() -> anyhow::Result<()> {
    // More than one object holds of this check alone.
    const MANY: usize = 800;
    on_stage(async |stage| {
        let author = stage.author();
        author.namespace("crowded").await?;
        let made = futures::stream::iter(0..MANY).map(|number| {
            let author = &author;
            async move { author.apply(&privileged(number)).await }
        });
        let made: Vec<_> = made.buffer_unordered(8).collect().await;
        made.into_iter().collect::<anyhow::Result<Vec<_>>>()?;
        let shards = eventually("each workload is found", async || {
            let api: Api<ComplianceFindings> = Api::namespaced(stage.client.clone(), "crowded");
            let shards = api
                .list(&ListParams::default().labels("compliance.assay.dev/profile=pci"))
                .await?;
            let found = stage.findings_of("pci", "crowded").await?;
            let found = found
                .iter()
                .filter(|finding| finding.check == "privileged-container");
            Ok((found.count() == MANY).then_some(shards.items))
        })
        .await?;
        let mut names: Vec<String> = shards.iter().map(ResourceExt::name_any).collect();
        names.sort_by_key(|name| (name.len(), name.clone()));
        ensure!(
            names.starts_with(&["pci".to_owned(), "pci.2".to_owned()]),
            "shards pci, pci.2 … were expected, not {names:?}"
        );
        for shard in &shards {
            fits(shard)?;
        }
        let report = eventually("the report counts each workload", async || {
            let report = stage.report("pci-03-workload-security").await?;
            let critical = report
                .status
                .as_ref()
                .map_or(0, |status| status.summary.findings.critical);
            let all = usize::try_from(critical)? >= MANY;
            Ok(all.then_some(report))
        })
        .await?;
        fits(&report)?;
        let status = report.status.context("a report without status")?;
        let shown: usize = status
            .controls
            .iter()
            .map(|control| control.worst.len())
            .sum();
        let open: u32 = status
            .controls
            .iter()
            .flat_map(|control| &control.checks)
            .map(|check| check.failed)
            .sum();
        let told = shown + usize::try_from(status.truncated.unwrap_or(0))?;
        ensure!(
            status.truncated.is_some() && told == usize::try_from(open)?,
            "{open} findings, of which {shown} are shown and {:?} are said to be left out",
            status.truncated
        );
        author
            .delete(
                &json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "crowded"}}),
            )
            .await
    })
}

fn privileged(number: usize) -> Value {
    json!({"apiVersion": "apps/v1", "kind": "ReplicaSet",
        "metadata": {"namespace": "crowded", "name": format!("a-workload-with-a-name-of-ordinary-length-{number:03}")},
        "spec": {"replicas": 0, "selector": {"matchLabels": {"app": "crowd"}}, "template": {
            "metadata": {"labels": {"app": "crowd"}},
            "spec": sound_but("privileged-container")}}})
}

fn fits(object: &impl serde::Serialize) -> anyhow::Result<()> {
    let text = serde_json::to_string(object)?;
    ensure!(
        text.len() <= LARGEST,
        "an object of {} bytes, more than {LARGEST}: {}…",
        text.len(),
        text.get(..200).unwrap_or_default()
    );
    Ok(())
}
