//! The floor of delays: a bare client that has nothing to think about, in the same cluster at the same time.
//!
//! It watches the bindings that the operator is to judge, and answers each change with a write as large as a report's. What it needs
//! is what the API server needs under that load.

use std::time::Instant;

use anyhow::Context as _;
use futures::{StreamExt, TryStreamExt};
use k8s_openapi::api::core::v1::ConfigMap;
use k8s_openapi::api::rbac::v1::ClusterRoleBinding;
use kube::api::{ListParams, PostParams, WatchEvent, WatchParams};
use kube::{Api, Client, ResourceExt};

use super::churn::{Events, shown};

const NAMESPACE: &str = "default";
const NAME: &str = "bench-answer";
/// Bytes of an answer: what the report of section 2 takes.
const SIZE: usize = 9 * 1024;

/// What an answer says of a binding.
fn state(name: &str, exists: bool) -> String {
    format!("{name} {}", if exists { "exists" } else { "is gone" })
}

fn answer(state: String) -> ConfigMap {
    let mut map = ConfigMap {
        data: Some(
            [
                ("state".to_owned(), state),
                ("size".to_owned(), "·".repeat(SIZE / 2)),
            ]
            .into(),
        ),
        ..ConfigMap::default()
    };
    map.metadata.name = Some(NAME.to_owned());
    map
}

/// Answers until it is aborted, or the watch ends.
async fn answering(client: Client, since: String) -> anyhow::Result<()> {
    let bindings: Api<ClusterRoleBinding> = Api::all(client.clone());
    let maps: Api<ConfigMap> = Api::namespaced(client, NAMESPACE);
    let mut events = bindings
        .watch(&WatchParams::default(), &since)
        .await?
        .boxed();
    while let Some(event) = events.try_next().await? {
        let state = match event {
            WatchEvent::Added(binding) => state(&binding.name_any(), true),
            WatchEvent::Deleted(binding) => state(&binding.name_any(), false),
            _ => continue,
        };
        maps.replace(NAME, &PostParams::default(), &answer(state))
            .await?;
    }
    anyhow::bail!("the watch of the bindings ended")
}

/// A bare client at work, and what comes of it.
pub(super) struct Bare {
    answering: tokio::task::JoinHandle<anyhow::Result<()>>,
    answers: Events<ConfigMap>,
}

impl Bare {
    pub(super) async fn start(client: Client) -> anyhow::Result<Self> {
        let maps: Api<ConfigMap> = Api::namespaced(client.clone(), NAMESPACE);
        maps.create(&PostParams::default(), &answer(String::new()))
            .await?;
        let params = WatchParams::default().fields(&format!("metadata.name={NAME}"));
        let answers = maps.watch(&params, "0").await?.boxed();
        let bindings: Api<ClusterRoleBinding> = Api::all(client.clone());
        let bindings = bindings.list_metadata(&ListParams::default()).await?;
        let since = bindings
            .metadata
            .resource_version
            .context("a list has a version")?;
        Ok(Self {
            answering: tokio::spawn(answering(client, since)),
            answers,
        })
    }

    /// Waits until it has answered that a binding exists or not; how long after `begun`, in milliseconds.
    pub(super) async fn answered(
        &mut self,
        name: &str,
        exists: bool,
        begun: Instant,
    ) -> anyhow::Result<u64> {
        let wanted = state(name, exists);
        let what = format!("answer that {wanted}");
        shown(&mut self.answers, &what, begun, |map| {
            map.data
                .is_some_and(|data| data.get("state") == Some(&wanted))
        })
        .await
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        self.answering.abort();
    }
}
