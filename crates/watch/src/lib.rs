//! Eyes: watches of the API server and collectors of evidence, both as a stream of deltas.
//!
//! The operator follows them for as long as it lives; the command line takes one look ([`snapshot`]). How the bytes come
//! is nobody else's business.

mod access_reviews;
mod admission_probe;
mod anonymous;
mod api_server_flags;
mod api_server_metrics;
mod backoff;
mod collector;
mod config_maps;
mod defined;
mod each;
mod endpoints;
mod kinds;
mod kubelet_config;
mod kubelet_probe;
mod nodes;
mod observed;
mod offers;
mod old_tls;
mod roll;
mod secret_types;
mod snapshot;
mod table;
mod tls;
mod transport;
mod wanted;
mod warnings;

pub use backoff::Backoff;
pub use kinds::ListStrategy;
pub use snapshot::{SnapshotError, snapshot, snapshot_of};
pub use transport::client;
pub use wanted::{Wanted, Wants};

use assay_inventory::{Blind, Delta, EvidenceKey, EvidenceKind, Extractor, Kind, Per, Reason};
use kube::{Client, Config};
use tokio::sync::mpsc::Sender;
use tokio::task::JoinSet;

use crate::access_reviews::AccessReviews;
use crate::admission_probe::AdmissionProbes;
use crate::anonymous::Strangers;
use crate::api_server_flags::Flagz;
use crate::api_server_metrics::MetricsEndpoints;
use crate::config_maps::{IdentityMaps, KubeadmConfigs};
use crate::defined::Defined;
use crate::kinds::watch_kind;
use crate::kubelet_config::KubeletConfigs;
use crate::kubelet_probe::KubeletStrangers;
use crate::roll::Roll;
use crate::secret_types::SecretTypes;
use crate::tls::{ApiServerHandshakes, KubeletHandshakes};

/// Whose credentials are used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asker {
    /// The operator's own `ServiceAccount`, which may be shown to kubelets.
    Operator {
        /// The namespace it lives in.
        home: String,
    },
    /// A person's: they are shown to the API server and to nobody else.
    Person,
}

/// Why a person's look tells nothing of single nodes and namespaces.
const NOT_A_PERSON: &str = "asked by the operator alone, since a person's credentials are shown to nobody but the API server, and change nothing there even for a try; see the operator's reports";

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
    let roll = Roll::new();
    for kind in Kind::ALL.into_iter().filter(|kind| !kind.is_optional()) {
        tasks.spawn(watch_kind(
            client.clone(),
            kind.into(),
            strategy,
            extractors,
            roll.clone(),
            deltas.clone(),
        ));
    }
    let defined = Defined::new(client.clone(), extractors, roll.clone(), deltas.clone());
    tasks.spawn(defined.run());
    let strangers = Strangers::new(client.clone(), config);
    tasks.spawn(collector::run(strangers, wants.clone(), deltas.clone()));
    let handshakes = ApiServerHandshakes::new(client.clone(), config);
    tasks.spawn(collector::run(handshakes, wants.clone(), deltas.clone()));
    let maps = IdentityMaps::new(client.clone());
    tasks.spawn(collector::run(maps, wants.clone(), deltas.clone()));
    let kubeadm = KubeadmConfigs::new(client.clone());
    tasks.spawn(collector::run(kubeadm, wants.clone(), deltas.clone()));
    let flagz = Flagz::new(client.clone(), config);
    tasks.spawn(collector::run(flagz, wants.clone(), deltas.clone()));
    let metrics = MetricsEndpoints::new(client.clone(), config);
    tasks.spawn(collector::run(metrics, wants.clone(), deltas.clone()));
    let reviews = AccessReviews::new(client.clone());
    tasks.spawn(collector::run(reviews, wants.clone(), deltas.clone()));
    let secrets = SecretTypes::new(client.clone());
    tasks.spawn(collector::run(secrets, wants.clone(), deltas.clone()));
    match asker {
        Asker::Operator { home } => {
            let nodes = roll.nodes;
            let configs = KubeletConfigs::new(config.clone());
            let asking = each::run(configs, nodes.clone(), wants.clone(), deltas.clone());
            tasks.spawn(asking);
            let handshakes = KubeletHandshakes::new(config);
            let asking = each::run(handshakes, nodes.clone(), wants.clone(), deltas.clone());
            tasks.spawn(asking);
            let strangers = KubeletStrangers::new(config);
            tasks.spawn(each::run(strangers, nodes, wants.clone(), deltas.clone()));
            let probes = AdmissionProbes::new(client.clone(), config, home);
            let asking = each::run(probes, roll.namespaces, wants.clone(), deltas.clone());
            tasks.spawn(asking);
        }
        Asker::Person => {
            let deltas = deltas.clone();
            tasks.spawn(async move {
                for source in EvidenceKind::ALL
                    .into_iter()
                    .filter(|kind| kind.per() != Per::Cluster)
                {
                    let key = EvidenceKey::cluster(source);
                    let message = format!("{}: {NOT_A_PERSON}", source.as_str());
                    let blind = Blind::new(Reason::Unreachable, message);
                    // Nobody listens any more: nothing is lost.
                    let _ = deltas.send(Delta::NotCollected { key, blind }).await;
                    let _ = deltas.send(Delta::RoundEnded(source)).await;
                }
            });
        }
    }
    tasks
}
