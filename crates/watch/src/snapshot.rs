//! One look at a live cluster, for the command line.

use std::time::Duration;

use assay_inventory::{Changes, Delta, EvidenceKind, Extractor, Inventory, Kind, Sight};
use chrono::Utc;
use k8s_openapi::apimachinery::pkg::version::Info;
use kube::{Client, Config};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use crate::kinds::watch_kind;
use crate::nodes::Nodes;
use crate::{Asker, ListStrategy, Wanted, client, watch_everything};

/// Why no look could be taken.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The client cannot be built from the configuration.
    #[error("cannot build a client for {url}: {source}")]
    Client {
        /// The API server's address.
        url: String,
        /// The cause.
        source: Box<kube::Error>,
    },
    /// The API server did not answer `/version`.
    #[error(
        "the API server at {url} does not answer: {source}; check the kubeconfig, its context and the network"
    )]
    Unreachable {
        /// The API server's address.
        url: String,
        /// The cause.
        source: Box<kube::Error>,
    },
}

/// Lists everything once: until each kind was seen or lost and each collector has tried what is wanted of it, at most
/// `patience`.
///
/// # Errors
/// [`SnapshotError`] if the API server cannot be reached at all. What it refuses to list is lost sight in the inventory.
pub async fn snapshot(
    config: Config,
    asker: Asker,
    wanted: Wanted,
    extractors: &'static [Extractor],
    patience: Duration,
) -> Result<(Inventory, String), SnapshotError> {
    let (client, version) = connect(&config).await?;
    let (send, deltas) = mpsc::channel(1024);
    let strategy = ListStrategy::for_server(&version.major, &version.minor);
    let (_told, wants) = watch::channel(Some(wanted));
    let _watches = watch_everything(&client, &config, asker, strategy, extractors, &wants, &send);
    drop(send);
    let inventory = fold(deltas, patience, is_complete).await;
    Ok((inventory, version.git_version))
}

/// Lists some kinds once, and asks for nothing else: until each was seen or lost, at most `patience`. The others stay unseen.
///
/// # Errors
/// [`SnapshotError`] if the API server cannot be reached at all. What it refuses to list is lost sight in the inventory.
pub async fn snapshot_of(
    config: &Config,
    kinds: &[Kind],
    patience: Duration,
) -> Result<Inventory, SnapshotError> {
    let (client, version) = connect(config).await?;
    let (send, deltas) = mpsc::channel(1024);
    let strategy = ListStrategy::for_server(&version.major, &version.minor);
    let mut watches = JoinSet::new();
    for kind in kinds {
        let (client, nodes, send) = (client.clone(), Nodes::new(), send.clone());
        watches.spawn(watch_kind(client, *kind, strategy, &[], nodes, send));
    }
    drop(send);
    let seen_or_lost = |inventory: &Inventory| {
        let mut kinds = kinds.iter();
        kinds.all(|kind| *inventory.sight(*kind) != Sight::Waiting)
    };
    Ok(fold(deltas, patience, seen_or_lost).await)
}

async fn connect(config: &Config) -> Result<(Client, Info), SnapshotError> {
    let url = config.cluster_url.to_string();
    let client = client(config.clone()).map_err(|source| SnapshotError::Client {
        url: url.clone(),
        source: Box::new(source),
    })?;
    let version =
        client
            .apiserver_version()
            .await
            .map_err(|source| SnapshotError::Unreachable {
                url,
                source: Box::new(source),
            })?;
    Ok((client, version))
}

/// Folds deltas until the inventory is complete, at most for `patience`.
async fn fold(
    mut deltas: mpsc::Receiver<Delta>,
    patience: Duration,
    is_complete: impl Fn(&Inventory) -> bool,
) -> Inventory {
    let mut inventory = Inventory::new(Utc::now());
    let mut changes = Changes::default();
    let fold = async {
        while let Some(delta) = deltas.recv().await {
            let may_end = matches!(
                delta,
                Delta::Listed(_)
                    | Delta::Lost { .. }
                    | Delta::Collected(_)
                    | Delta::NotCollected { .. }
                    | Delta::RoundEnded(_)
            );
            inventory.apply(delta, &mut changes);
            if may_end && is_complete(&inventory) {
                break;
            }
        }
    };
    // Out of patience, what is missing stays FirstPass: visibly unknown.
    let _ = tokio::time::timeout(patience, fold).await;
    inventory.advance(Utc::now(), &mut changes);
    inventory
}

/// Whether each kind was seen or lost, and each collector has tried.
fn is_complete(inventory: &Inventory) -> bool {
    Kind::ALL
        .into_iter()
        .all(|kind| *inventory.sight(kind) != Sight::Waiting)
        && EvidenceKind::ALL
            .into_iter()
            .all(|kind| inventory.has_tried(kind))
}
