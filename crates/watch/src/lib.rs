//! Eyes: watches of the API server and collectors of evidence, both as a stream of deltas.
//!
//! The operator follows them for as long as it lives; the command line takes one look ([`snapshot`]). How the bytes come
//! is nobody else's business.

mod anonymous;
mod backoff;
mod kinds;
mod observed;
mod snapshot;

pub use anonymous::{AnonymousClients, PROBE_INTERVAL, watch_anonymous_answers};
pub use backoff::Backoff;
pub use kinds::{ListStrategy, watch_kind};
pub use snapshot::{SnapshotError, snapshot};

use std::sync::Arc;

use assay_inventory::{Delta, Extractor, Kind};
use kube::Client;
use tokio::sync::mpsc::Sender;
use tokio::task::JoinSet;

/// Watches every kind and runs every collector, until the receiver is dropped or the set aborted.
pub fn watch_everything(
    client: &Client,
    anonymous: AnonymousClients,
    strategy: ListStrategy,
    extractors: &'static [Extractor],
    deltas: &Sender<Delta>,
) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    for kind in Kind::ALL {
        tasks.spawn(watch_kind(
            client.clone(),
            kind,
            strategy,
            extractors,
            deltas.clone(),
        ));
    }
    tasks.spawn(watch_anonymous_answers(Arc::new(anonymous), deltas.clone()));
    tasks
}
