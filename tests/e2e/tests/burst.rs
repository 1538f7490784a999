//! Thousands of pods at once: nothing is lost, and memory stays bounded.

use std::collections::BTreeMap;

use anyhow::{Context as _, ensure};
use assay_api::CheckResult;
use assay_cluster::Options;
use assay_e2e::{Author, Operator, Scene, api, eventually};
use futures::StreamExt;
use kube::ResourceExt;
use kube::api::{DynamicObject, ListParams};
use serde_json::{Value, json};

/// Controllers, and pods of each.
const SETS: usize = 9;
const REPLICAS: usize = 500;
/// Pods that nobody owns.
const BARE: usize = 500;
/// Every so many of those are deleted while others are still being created.
const GONE: usize = 5;
const NAMESPACES: usize = 5;
/// More than it may ever need; the benchmarks measure how much it does.
const SANE: u64 = 300 * 1024 * 1024;
/// What the operator watches, as manifests name it.
const KINDS: [(&str, &str); 18] = [
    ("v1", "Namespace"),
    ("v1", "Node"),
    ("v1", "ServiceAccount"),
    ("rbac.authorization.k8s.io/v1", "ClusterRole"),
    ("rbac.authorization.k8s.io/v1", "Role"),
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
    ("rbac.authorization.k8s.io/v1", "RoleBinding"),
    ("networking.k8s.io/v1", "NetworkPolicy"),
    ("v1", "ResourceQuota"),
    ("v1", "LimitRange"),
    ("certificates.k8s.io/v1", "CertificateSigningRequest"),
    ("apps/v1", "Deployment"),
    ("apps/v1", "StatefulSet"),
    ("apps/v1", "DaemonSet"),
    ("batch/v1", "CronJob"),
    ("batch/v1", "Job"),
    ("apps/v1", "ReplicaSet"),
    ("v1", "Pod"),
];

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_burst_is_lost() -> anyhow::Result<()> {
    let scene = Scene::set(Options::default().nodes(0)).await?;
    let author = Author(scene.client.clone());
    for number in 0..NAMESPACES {
        author.namespace(&namespace(number)).await?;
    }
    let operator = scene.operator("burst")?;
    operator.ready().await?;
    for number in 0..SETS {
        author.apply(&set(number)).await?;
    }
    let bare = futures::stream::iter(0..BARE).map(|number| {
        let author = &author;
        async move {
            let pod = bare(number);
            author.apply(&pod).await?;
            if number % GONE == 0 {
                author.delete(&pod).await?;
            }
            anyhow::Ok(())
        }
    });
    let bare: Vec<_> = bare.buffer_unordered(8).collect().await;
    bare.into_iter().collect::<anyhow::Result<Vec<_>>>()?;
    let left = SETS * REPLICAS + BARE - BARE.div_ceil(GONE);
    eventually("all pods are there", async || {
        let pods = list(&scene, "v1", "Pod").await?;
        Ok((pods.len() == left).then_some(()))
    })
    .await?;

    same_objects(&scene, &operator).await?;
    same_workloads(&scene).await?;
    let memory = operator.memory()?;
    eprintln!(
        "{left} pods: the operator occupies {} MiB",
        memory / 1024 / 1024
    );
    ensure!(memory < SANE, "{memory} bytes of memory, more than {SANE}");
    Ok(())
}

/// Waits until the operator remembers as many objects as the API server lists.
async fn same_objects(scene: &Scene, operator: &Operator) -> anyhow::Result<()> {
    eventually("the operator knows each object", async || {
        let mut listed = BTreeMap::new();
        for (api_version, kind) in KINDS {
            listed.insert(kind, list(scene, api_version, kind).await?.len());
        }
        let all: usize = listed.values().sum();
        let known = operator.metric("assay_objects").await?;
        let wanted = f64::from(u32::try_from(all)?);
        ensure!(
            (known - wanted).abs() < 0.5,
            "it knows {known} objects; there are {all}: {listed:?}"
        );
        Ok(Some(()))
    })
    .await
}

/// Waits until the report counts each workload once: every pod without an owner, and every owner.
async fn same_workloads(scene: &Scene) -> anyhow::Result<()> {
    let pods = list(scene, "v1", "Pod").await?;
    let bare = pods.iter().filter(|pod| pod.owner_references().is_empty());
    let wanted = u32::try_from(bare.count() + SETS)?;
    eventually("the report counts each workload once", async || {
        let check = check(scene).await?;
        ensure!(
            (check.evaluated, check.failed, check.unknown) == (wanted, wanted, 0),
            "{wanted} workloads are privileged: {check:?}"
        );
        Ok(Some(()))
    })
    .await?;
    for number in 0..NAMESPACES {
        let namespace = namespace(number);
        let here = |object: &&DynamicObject| object.namespace().as_deref() == Some(&*namespace);
        let bare = pods
            .iter()
            .filter(here)
            .filter(|pod| pod.owner_references().is_empty());
        let wanted = bare.count() + (0..SETS).filter(|set| set % NAMESPACES == number).count();
        eventually(
            &format!("each workload of {namespace} is found"),
            async || {
                let found = scene.findings(&namespace).await?;
                let found = found
                    .iter()
                    .filter(|finding| finding.check == "privileged-container");
                let count = found.count();
                ensure!(
                    count == wanted,
                    "{wanted} workloads are privileged, {count} are found"
                );
                Ok(Some(()))
            },
        )
        .await?;
    }
    Ok(())
}

async fn check(scene: &Scene) -> anyhow::Result<CheckResult> {
    let report = scene.report("pci-03-workload-security").await?;
    let controls = report.status.into_iter().flat_map(|status| status.controls);
    let mut checks = controls.flat_map(|control| control.checks);
    let check = checks.find(|check| check.id == "privileged-container");
    check.context("the report does not list privileged-container")
}

async fn list(scene: &Scene, api_version: &str, kind: &str) -> anyhow::Result<Vec<DynamicObject>> {
    let of = json!({"apiVersion": api_version, "kind": kind});
    let api = api(&scene.client, &of)?;
    Ok(api.list(&ListParams::default()).await?.items)
}

fn namespace(number: usize) -> String {
    format!("burst-{number}")
}

fn spec() -> Value {
    json!({"containers": [{"name": "main", "image": "registry.example.com/app:1",
        "securityContext": {"privileged": true}}]})
}

fn set(number: usize) -> Value {
    json!({"apiVersion": "apps/v1", "kind": "ReplicaSet",
        "metadata": {"name": format!("set-{number}"), "namespace": namespace(number % NAMESPACES)},
        "spec": {"replicas": REPLICAS, "selector": {"matchLabels": {"set": number.to_string()}},
            "template": {"metadata": {"labels": {"set": number.to_string()}}, "spec": spec()}}})
}

fn bare(number: usize) -> Value {
    json!({"apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": format!("bare-{number:03}"), "namespace": namespace(number % NAMESPACES)},
        "spec": spec()})
}
