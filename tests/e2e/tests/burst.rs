//! Thousands of pods at once: nothing is lost, memory stays bounded, and no object outgrows its bound.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, ensure};
use assay_api::ComplianceFindings;
use assay_cluster::Options;
use assay_e2e::{Author, Operator, Scene, api, eventually, sound_but};
use futures::StreamExt;
use kube::api::{DynamicObject, ListParams};
use kube::{Api, ResourceExt};
use serde_json::{Value, json};

/// Pods that nobody owns: each is a workload of its own, and the loss of one event about it shows in what is found.
const BARE: usize = 4_000;
/// Every so many of those are deleted while others are still being created.
const GONE: usize = 5;
/// Controllers, and pods of each.
const SETS: usize = 2;
const REPLICAS: usize = 500;
const NAMESPACES: usize = 5;
/// Requests under way at once.
const CONCURRENCY: usize = 8;
/// What a pod's manifest is found to have, one of these in turn, by the check that finds it.
const FLAWS: [&str; 3] = ["privileged-container", "host-network", "host-ipc"];
/// Every so many have one, since what is found is written within a budget; of the others, the count of all objects tells.
const FLAWED: usize = 3;
/// Largest object that may be written.
const LARGEST: usize = 256 * 1024;
/// So many of those that are missing are named.
const FEW: usize = 5;
/// More than it may ever need; the benchmarks measure how much it does.
const SANE: u64 = 300 * 1024 * 1024;
/// Of what the operator remembers each object, as manifests name it. `ConfigMaps` are not among them: one in which nothing is found is
/// forgotten.
const KINDS: [(&str, &str); 21] = [
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
    ("v1", "Service"),
    ("networking.k8s.io/v1", "Ingress"),
    ("certificates.k8s.io/v1", "CertificateSigningRequest"),
    ("apps/v1", "Deployment"),
    ("apps/v1", "StatefulSet"),
    ("apps/v1", "DaemonSet"),
    ("batch/v1", "CronJob"),
    ("batch/v1", "Job"),
    ("apps/v1", "ReplicaSet"),
    ("v1", "Pod"),
    ("compliance.assay.dev/v1alpha1", "ComplianceStatement"),
];

/// What is found: the check, and kind and name of the object.
type Found = (String, String, String);

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_burst_is_lost() -> anyhow::Result<()> {
    let scene = Scene::set(Options::default().nodes(0)).await?;
    let author = Author(scene.client.clone());
    for number in 0..NAMESPACES {
        author.namespace(&namespace(number)).await?;
    }
    let operator = scene.operator("burst")?;
    operator.ready().await?;
    let present = list(&scene, "v1", "Pod").await?.len();
    for number in 0..SETS {
        author.apply(&set(number)).await?;
    }
    let bare = futures::stream::iter(0..BARE).map(|number| {
        let author = &author;
        async move {
            let pod = bare(number);
            author.create(&pod).await?;
            // Some that are long known, and some that are not.
            if let Some(old) = number.checked_sub(BARE / 2).filter(|old| is_gone(*old)) {
                author.delete(&self::bare(old)).await?;
            }
            if number >= BARE / 2 && is_gone(number) {
                author.delete(&pod).await?;
            }
            anyhow::Ok(())
        }
    });
    let bare: Vec<_> = bare.buffer_unordered(CONCURRENCY).collect().await;
    bare.into_iter().collect::<anyhow::Result<Vec<_>>>()?;
    let left = SETS * REPLICAS + (0..BARE).filter(|number| !is_gone(*number)).count();
    eventually("all pods are there", async || {
        let pods = list(&scene, "v1", "Pod").await?.len();
        ensure!(
            pods == present + left,
            "{pods} pods, of which {present} were there before"
        );
        Ok(Some(()))
    })
    .await?;

    same_objects(&scene, &operator).await?;
    for number in 0..NAMESPACES {
        same_findings(&scene, number).await?;
    }
    outgrow_no_bound(&scene).await?;
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

/// Waits until what is found in a namespace is what was planted there, object by object. Nothing comes any more, so what
/// was lost stays lost.
async fn same_findings(scene: &Scene, number: usize) -> anyhow::Result<()> {
    let home = namespace(number);
    let bare = (0..BARE).filter(|bare| !is_gone(*bare) && home_of(*bare) == number);
    let pods = bare.map(|bare| (flaw(bare).to_owned(), "Pod".to_owned(), name(bare)));
    let sets = (0..SETS).filter(|set| set % NAMESPACES == number);
    let sets = sets.map(|set| {
        let check = flaw(set).to_owned();
        (check, "ReplicaSet".to_owned(), format!("set-{set}"))
    });
    let all = pods.chain(sets);
    let planted: BTreeSet<Found> = all.filter(|(flaw, ..)| !flaw.is_empty()).collect();
    eventually(
        &format!("what was planted in {home} is found, and nothing else"),
        async || {
            let found = scene.findings(&home).await?.into_iter();
            let found = found.filter(|finding| FLAWS.contains(&finding.check.as_str()));
            let found: BTreeSet<Found> = found
                .map(|finding| {
                    let resource = finding.body.resource;
                    (finding.check, resource.kind, resource.name)
                })
                .collect();
            let few = |of: &BTreeSet<Found>, not: &BTreeSet<Found>| -> Vec<Found> {
                of.difference(not).take(FEW).cloned().collect()
            };
            ensure!(
                found == planted,
                "{} were planted and {} are found; missing: {:?} …; too many: {:?} …",
                planted.len(),
                found.len(),
                few(&planted, &found),
                few(&found, &planted)
            );
            Ok(Some(()))
        },
    )
    .await
}

/// What is found in one namespace is spread over objects, of a report as much is left out as there is no room for, and that is
/// counted.
async fn outgrow_no_bound(scene: &Scene) -> anyhow::Result<()> {
    let api: Api<ComplianceFindings> = Api::namespaced(scene.client.clone(), &namespace(0));
    let shards = api.list(&ListParams::default()).await?.items;
    let mut names: Vec<String> = shards.iter().map(ResourceExt::name_any).collect();
    names.sort_by_key(|name| (name.len(), name.clone()));
    ensure!(
        names.starts_with(&["pci".to_owned(), "pci.2".to_owned()]),
        "shards pci, pci.2 … were expected, not {names:?}"
    );
    for shard in &shards {
        fits(shard)?;
    }
    eventually("the report tells of all that it leaves out", async || {
        let report = scene.report("pci-03-workload-security").await?;
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
        let open = usize::try_from(open)?;
        let flawed = (0..BARE).filter(|bare| !is_gone(*bare) && !flaw(*bare).is_empty());
        ensure!(
            status.truncated.is_some() && told == open && open >= flawed.count(),
            "{open} findings, of which {shown} are shown and {:?} are said to be left out",
            status.truncated
        );
        Ok(Some(()))
    })
    .await
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

async fn list(scene: &Scene, api_version: &str, kind: &str) -> anyhow::Result<Vec<DynamicObject>> {
    let of = json!({"apiVersion": api_version, "kind": kind});
    let api = api(&scene.client, &of)?;
    Ok(api.list(&ListParams::default()).await?.items)
}

/// Pods with a flaw are in the first, so that more is found there than one object holds.
fn home_of(pod: usize) -> usize {
    if flaw(pod).is_empty() {
        1 + pod % (NAMESPACES - 1)
    } else {
        0
    }
}

fn namespace(number: usize) -> String {
    format!("burst-{number}")
}

fn name(bare: usize) -> String {
    format!("bare-{bare:04}")
}

fn is_gone(bare: usize) -> bool {
    // Not in step with the namespaces and flaws, so that each has its share.
    (bare / 45).is_multiple_of(GONE)
}

/// Nothing, for most.
fn flaw(number: usize) -> &'static str {
    if !number.is_multiple_of(FLAWED) {
        return "";
    }
    let flaw = FLAWS.get(number / FLAWED % FLAWS.len());
    flaw.copied().unwrap_or_default()
}

fn set(number: usize) -> Value {
    json!({"apiVersion": "apps/v1", "kind": "ReplicaSet",
        "metadata": {"name": format!("set-{number}"), "namespace": namespace(number % NAMESPACES)},
        "spec": {"replicas": REPLICAS, "selector": {"matchLabels": {"set": number.to_string()}},
            "template": {"metadata": {"labels": {"set": number.to_string()}}, "spec": sound_but(flaw(number))}}})
}

fn bare(number: usize) -> Value {
    json!({"apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": name(number), "namespace": namespace(home_of(number))},
        "spec": sound_but(flaw(number))})
}
