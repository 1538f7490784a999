//! Eyes: watches of the API server and collectors of evidence, both as a stream of deltas.
//!
//! The operator follows them for as long as it lives; the command line takes one look ([`snapshot`]). How the bytes come
//! is nobody else's business.

mod access_reviews;
mod anonymous;
mod api_server_flags;
mod api_server_metrics;
mod backoff;
mod collector;
mod endpoints;
mod identity_map;
mod kinds;
mod kubelet_config;
mod kubelet_probe;
mod nodes;
mod observed;
mod old_tls;
mod secret_types;
mod snapshot;
mod table;
mod tls;
mod transport;
mod wanted;

pub use backoff::Backoff;
pub use kinds::ListStrategy;
pub use snapshot::{SnapshotError, snapshot, snapshot_of};
pub use transport::client;
pub use wanted::{Wanted, Wants};

use assay_inventory::{Delta, EvidenceKind, Extractor, Kind};
use kube::{Client, Config};
use tokio::sync::mpsc::Sender;
use tokio::task::JoinSet;

use crate::access_reviews::AccessReviews;
use crate::anonymous::Strangers;
use crate::api_server_flags::Flagz;
use crate::api_server_metrics::MetricsEndpoints;
use crate::identity_map::IdentityMaps;
use crate::kinds::watch_kind;
use crate::kubelet_config::KubeletConfigs;
use crate::kubelet_probe::KubeletStrangers;
use crate::nodes::Nodes;
use crate::secret_types::SecretTypes;
use crate::tls::{ApiServerHandshakes, KubeletHandshakes};

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
    wants: &Wants,
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
    tasks.spawn(collector::run(strangers, wants.clone(), deltas.clone()));
    let handshakes = ApiServerHandshakes::new(client.clone(), config);
    tasks.spawn(collector::run(handshakes, wants.clone(), deltas.clone()));
    let maps = IdentityMaps::new(client.clone());
    tasks.spawn(collector::run(maps, wants.clone(), deltas.clone()));
    let flagz = Flagz::new(client.clone(), config);
    tasks.spawn(collector::run(flagz, wants.clone(), deltas.clone()));
    let metrics = MetricsEndpoints::new(client.clone(), config);
    tasks.spawn(collector::run(metrics, wants.clone(), deltas.clone()));
    let reviews = AccessReviews::new(client.clone());
    tasks.spawn(collector::run(reviews, wants.clone(), deltas.clone()));
    let secrets = SecretTypes::new(client.clone());
    tasks.spawn(collector::run(secrets, wants.clone(), deltas.clone()));
    match asker {
        Asker::Operator => {
            let configs = KubeletConfigs::new(config.clone());
            let asking = nodes::run(configs, nodes.clone(), wants.clone(), deltas.clone());
            tasks.spawn(asking);
            let handshakes = KubeletHandshakes::new(config);
            let asking = nodes::run(handshakes, nodes.clone(), wants.clone(), deltas.clone());
            tasks.spawn(asking);
            let strangers = KubeletStrangers::new(config);
            tasks.spawn(nodes::run(strangers, nodes, wants.clone(), deltas.clone()));
        }
        Asker::Person => {
            let deltas = deltas.clone();
            tasks.spawn(async move {
                for source in EvidenceKind::ALL
                    .into_iter()
                    .filter(|kind| kind.is_per_node())
                {
                    // Nobody listens any more: nothing is lost.
                    let _ = deltas.send(Delta::RoundEnded(source)).await;
                }
            });
        }
    }
    tasks
}
