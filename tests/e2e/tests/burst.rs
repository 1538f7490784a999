//! Thousands of pods at once: nothing is lost, and memory stays bounded.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::ensure;
use assay_cluster::Options;
use assay_e2e::{Author, Operator, Scene, api, eventually, sound_but};
use futures::StreamExt;
use kube::api::{DynamicObject, ListParams};
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
    let bare = (0..BARE).filter(|bare| !is_gone(*bare) && bare % NAMESPACES == number);
    let pods = bare.map(|bare| (flaw(bare).to_owned(), "Pod".to_owned(), name(bare)));
    let sets = (0..SETS).filter(|set| set % NAMESPACES == number);
    let sets = sets.map(|set| {
        let check = flaw(set).to_owned();
        (check, "ReplicaSet".to_owned(), format!("set-{set}"))
    });
    let planted: BTreeSet<Found> = pods.chain(sets).collect();
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

async fn list(scene: &Scene, api_version: &str, kind: &str) -> anyhow::Result<Vec<DynamicObject>> {
    let of = json!({"apiVersion": api_version, "kind": kind});
    let api = api(&scene.client, &of)?;
    Ok(api.list(&ListParams::default()).await?.items)
}

fn namespace(number: usize) -> String {
    format!("burst-{number}")
}

fn name(bare: usize) -> String {
    format!("bare-{bare:04}")
}

fn is_gone(bare: usize) -> bool {
    // Not in step with the namespaces and flaws, so that each has its share.
    (bare / 15).is_multiple_of(GONE)
}

fn flaw(number: usize) -> &'static str {
    FLAWS.get(number % FLAWS.len()).copied().unwrap_or_default()
}

fn set(number: usize) -> Value {
    json!({"apiVersion": "apps/v1", "kind": "ReplicaSet",
        "metadata": {"name": format!("set-{number}"), "namespace": namespace(number % NAMESPACES)},
        "spec": {"replicas": REPLICAS, "selector": {"matchLabels": {"set": number.to_string()}},
            "template": {"metadata": {"labels": {"set": number.to_string()}}, "spec": sound_but(flaw(number))}}})
}

fn bare(number: usize) -> Value {
    json!({"apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": name(number), "namespace": namespace(number % NAMESPACES)},
        "spec": sound_but(flaw(number))})
}
