//! Kinds that a cluster need not define: they come and go while Assay runs, and so do their watches.
//!
//! Of one that is not served there are no objects, which is known; of one that is served in no version that is understood,
//! or whose server does not answer, nothing is.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use assay_inventory::{Blind, Delta, Extractor, Kind, Reason};
use chrono::Utc;
use kube::Client;
use tokio::sync::mpsc::{Sender, error::SendError};
use tokio::task::{AbortHandle, JoinSet};

use crate::kinds::watch_kind;
use crate::observed::Watched;
use crate::offers::{Offer, Offers, optional};
use crate::roll::Roll;
use crate::{Backoff, ListStrategy};

/// Time between two questions what is served.
const INTERVAL: Duration = Duration::from_secs(30);
/// Time after which it is asked why a watch found its kind gone.
const SOON: Duration = Duration::from_secs(1);

type Sent = Result<(), SendError<Delta>>;

/// Follows them.
pub(crate) struct Defined {
    client: Client,
    extractors: &'static [Extractor],
    roll: Roll,
    deltas: Sender<Delta>,
    watches: JoinSet<()>,
    /// The watches that run, and their versions.
    running: BTreeMap<Kind, (&'static str, AbortHandle)>,
    /// Kinds of which it was last said that there are none.
    absent: BTreeSet<Kind>,
}

impl Defined {
    /// With the operator's own client.
    pub(crate) fn new(
        client: Client,
        extractors: &'static [Extractor],
        roll: Roll,
        deltas: Sender<Delta>,
    ) -> Self {
        Self {
            client,
            extractors,
            roll,
            deltas,
            watches: JoinSet::new(),
            running: BTreeMap::new(),
            absent: BTreeSet::new(),
        }
    }

    /// Asks what is served, time and again until nobody listens.
    pub(crate) async fn run(mut self) {
        let mut backoff = Backoff::new(Duration::from_millis(400), Duration::from_secs(15));
        loop {
            let offers = Offers::ask(&self.client).await;
            let wait = match &offers {
                Ok(_) => {
                    backoff.reset();
                    INTERVAL
                }
                Err(why) => {
                    tracing::warn!(error = %why.message, "cannot tell which kinds are served; trying again");
                    backoff.next_wait()
                }
            };
            let heard = match offers {
                Ok(offers) => self.follow(&offers).await,
                Err(why) => self.nothing_is_known(&why).await,
            };
            if heard.is_err() {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                // Its kind is not served any more, or only in another version.
                Some(_) = self.watches.join_next() => tokio::time::sleep(SOON).await,
            }
        }
    }

    async fn follow(&mut self, offers: &Offers) -> Sent {
        self.running.retain(|_, (_, watch)| !watch.is_finished());
        for kind in optional() {
            let served = offers.of(kind);
            if let Offer::In(version) = served {
                if self
                    .running
                    .get(&kind)
                    .is_none_or(|(known, _)| *known != version)
                {
                    self.begin(kind, version);
                }
                continue;
            }
            // One that does not answer is given up by nobody: its watch tells.
            if served == Offer::Silent && self.running.contains_key(&kind) {
                continue;
            }
            if let Some((_, watch)) = self.running.remove(&kind) {
                tracing::info!(kind = kind.full_name(), "not served any more");
                watch.abort();
            }
            self.say(kind, served).await?;
        }
        Ok(())
    }

    fn begin(&mut self, kind: Kind, version: &'static str) {
        tracing::info!(kind = kind.full_name(), version, "served; watching it");
        self.absent.remove(&kind);
        let watch = self.watches.spawn(watch_kind(
            self.client.clone(),
            Watched { kind, version },
            // An aggregated API may be of any age, and there are few of these objects.
            ListStrategy::Paged,
            self.extractors,
            self.roll.clone(),
            self.deltas.clone(),
        ));
        if let Some((_, before)) = self.running.insert(kind, (version, watch)) {
            before.abort();
        }
    }

    /// Says why there is nothing to watch.
    async fn say(&mut self, kind: Kind, served: Offer) -> Sent {
        let blind = match served {
            Offer::Foreign => Blind::new(
                Reason::Unparseable,
                "served in other versions than Assay understands; use an operator that knows them",
            ),
            Offer::Silent => Blind::new(
                Reason::Unreachable,
                "the server of its API group does not answer; see the status of its APIService",
            ),
            Offer::None | Offer::In(_) => {
                if self.absent.insert(kind) {
                    self.deltas.send(Delta::Relist(kind)).await?;
                    self.deltas.send(Delta::Listed(kind)).await?;
                }
                return Ok(());
            }
        };
        self.lose(kind, &blind).await
    }

    /// While nobody tells what is served, what was not may be by now. The watches that run speak for themselves.
    async fn nothing_is_known(&mut self, why: &Blind) -> Sent {
        self.running.retain(|_, (_, watch)| !watch.is_finished());
        for kind in optional()
            .filter(|kind| !self.running.contains_key(kind))
            .collect::<Vec<_>>()
        {
            self.lose(kind, why).await?;
        }
        Ok(())
    }

    async fn lose(&mut self, kind: Kind, why: &Blind) -> Sent {
        self.absent.remove(&kind);
        self.deltas
            .send(Delta::Lost {
                kind,
                reason: why.reason,
                at: Utc::now(),
                message: why.message.clone(),
            })
            .await
    }
}
