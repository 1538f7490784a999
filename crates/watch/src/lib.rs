//! Eyes: watches of the API server and collectors of evidence, both as a stream of deltas.
//!
//! The operator follows them for as long as it lives; the command line takes one look ([`snapshot`]). How the bytes come
//! is nobody else's business.

mod access_reviews;
mod anonymous;
mod backoff;
mod collector;
mod kinds;
mod kubelet_config;
mod nodes;
mod observed;
mod snapshot;

pub use backoff::Backoff;
pub use kinds::ListStrategy;
pub use snapshot::{SnapshotError, snapshot, snapshot_of};

use assay_inventory::{Delta, EvidenceKind, Extractor, Kind};
use kube::{Client, Config};
use tokio::sync::mpsc::Sender;
use tokio::task::JoinSet;

use crate::access_reviews::AccessReviews;
use crate::anonymous::Strangers;
use crate::kinds::watch_kind;
use crate::kubelet_config::KubeletConfigs;
use crate::nodes::Nodes;

/// Whose credentials are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    /// The operator's own `ServiceAccount`, which may be shown to kubelets.
    Operator,
    /// A person's: they are shown to the API server and to nobody else.
    Person,
}

/// Watches every kind and runs every collector, until the receiver is dropped or the set aborted.
pub fn watch_everything(
    client: &Client,
    config: &Config,
    asker: Asker,
    strategy: ListStrategy,
    extractors: &'static [Extractor],
    deltas: &Sender<Delta>,
) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    let nodes = Nodes::new();
    for kind in Kind::ALL {
        tasks.spawn(watch_kind(
            client.clone(),
            kind,
            strategy,
            extractors,
            nodes.clone(),
            deltas.clone(),
        ));
    }
    let strangers = Strangers::new(client.clone(), config);
    tasks.spawn(collector::run(strangers, deltas.clone()));
    let reviews = AccessReviews::new(client.clone());
    tasks.spawn(collector::run(reviews, deltas.clone()));
    match asker {
        Asker::Operator => {
            let kubelets = KubeletConfigs::new(config.clone());
            tasks.spawn(nodes::run(kubelets, nodes, deltas.clone()));
        }
        Asker::Person => {
            let deltas = deltas.clone();
            tasks.spawn(async move {
                // Nobody listens any more: nothing is lost.
                let _ = deltas
                    .send(Delta::RoundEnded(EvidenceKind::KubeletConfig))
                    .await;
            });
        }
    }
    tasks
}
