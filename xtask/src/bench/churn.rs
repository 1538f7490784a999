//! Delay: from a change that matters to the report that shows it, while a hundred others a second do not.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use assay_api::ComplianceReport;
use assay_e2e::Scene;
use futures::{StreamExt, TryStreamExt};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::rbac::v1::{ClusterRoleBinding, RoleRef, Subject};
use kube::api::{
    DeleteParams, ListParams, Patch, PatchParams, PostParams, WatchEvent, WatchParams,
};
use kube::{Api, ResourceExt};
use serde_json::json;

use super::bare::Bare;

/// Other changes a second.
const RATE: u32 = 100;

/// Longest wait for one change to show.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// From a change to what shows it, in milliseconds, there and back counted apart.
#[derive(Default)]
pub(super) struct Delays {
    /// The report of Assay.
    pub(super) reports: Vec<u64>,
    /// The answer of a bare client.
    pub(super) floor: Vec<u64>,
}

/// Delays of `changes` changes.
pub(super) async fn delays(scene: &Scene, changes: u32) -> anyhow::Result<Delays> {
    let client = scene.client.clone();
    let mut bare = Bare::start(client.clone()).await?;
    let noise = tokio::spawn(noise(client.clone()));
    let bindings: Api<ClusterRoleBinding> = Api::all(client.clone());
    let reports: Api<ComplianceReport> = Api::all(client);
    let params = WatchParams::default().fields("metadata.name=pci-02-authorization");
    let mut events = reports.watch(&params, "0").await?.boxed();
    let mut delays = Delays::default();
    for number in 0..changes {
        let name = format!("bench-{number}");
        for exists in [true, false] {
            let begun = Instant::now();
            if exists {
                let binding = binding(&name);
                bindings.create(&PostParams::default(), &binding).await?;
            } else {
                bindings.delete(&name, &DeleteParams::default()).await?;
            }
            let what = format!("report about {name}");
            let (report, floor) = tokio::try_join!(
                shown(&mut events, &what, begun, |report| names(report, &name)
                    == exists),
                bare.answered(&name, exists, begun)
            )?;
            delays.reports.push(report);
            delays.floor.push(floor);
        }
        // Two writes a second: within what a bucket earns, over the length of the run.
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    noise.abort();
    Ok(delays)
}

fn binding(name: &str) -> ClusterRoleBinding {
    let mut binding = ClusterRoleBinding {
        role_ref: RoleRef {
            api_group: "rbac.authorization.k8s.io".to_owned(),
            kind: "ClusterRole".to_owned(),
            name: "cluster-admin".to_owned(),
        },
        subjects: Some(vec![Subject {
            kind: "User".to_owned(),
            name: "bench@example.com".to_owned(),
            api_group: Some("rbac.authorization.k8s.io".to_owned()),
            namespace: None,
        }]),
        ..ClusterRoleBinding::default()
    };
    binding.metadata.name = Some(name.to_owned());
    binding
}

/// Of one kind, as a watch tells them.
pub(super) type Events<K> = futures::stream::BoxStream<'static, kube::Result<WatchEvent<K>>>;

/// Waits for an object that shows it; how long after `begun`, in milliseconds.
pub(super) async fn shown<K>(
    events: &mut Events<K>,
    what: &str,
    begun: Instant,
    shows: impl Fn(K) -> bool,
) -> anyhow::Result<u64> {
    loop {
        let next = tokio::time::timeout(PATIENCE, events.try_next());
        let event = next
            .await
            .with_context(|| format!("no {what} within {PATIENCE:?}"))??
            .with_context(|| format!("the watch that was to show the {what} ended"))?;
        let (WatchEvent::Added(object) | WatchEvent::Modified(object)) = event else {
            continue;
        };
        if shows(object) {
            return Ok(u64::try_from(begun.elapsed().as_millis())?);
        }
    }
}

/// Whether a report shows a finding on an object of that name.
fn names(report: ComplianceReport, name: &str) -> bool {
    let controls = report.status.into_iter().flat_map(|status| status.controls);
    controls
        .flat_map(|control| control.worst)
        .any(|finding| finding.body.resource.name == name)
}

/// Changes of Deployments' templates, which their workloads are judged anew for.
async fn noise(client: kube::Client) -> anyhow::Result<()> {
    let all: Api<Deployment> = Api::all(client.clone());
    let names: Vec<(String, String)> = all
        .list_metadata(&ListParams::default().limit(2000))
        .await?
        .iter()
        .map(|object| (object.namespace().unwrap_or_default(), object.name_any()))
        .collect();
    let mut tick = tokio::time::interval(Duration::from_secs(1) / RATE);
    for number in 0_u64.. {
        tick.tick().await;
        let Some((namespace, name)) = names.get(usize::try_from(number)? % names.len().max(1))
        else {
            return Ok(());
        };
        let api: Api<Deployment> = Api::namespaced(client.clone(), namespace);
        let name = name.clone();
        tokio::spawn(async move {
            let privileged = number % 2 == 0;
            let container = json!({"name": "app", "securityContext": {"privileged": privileged}});
            let patch = json!({"spec": {"template": {"spec": {"containers": [container]}}}});
            let params = PatchParams::default();
            // A change that fails is one change less a second.
            let _ = api.patch(&name, &params, &Patch::Strategic(patch)).await;
        });
    }
    Ok(())
}
