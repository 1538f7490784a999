//! Taking over: what stands in the cluster is read beside the loop, which must go round however long the API server takes.

use kube::Client;
use tokio::task::JoinSet;

use crate::restore::Standing;
use crate::run::retried_any;

/// What stands, being read for a holder of the Lease that does not lead yet.
#[derive(Default)]
pub(crate) struct Takeover {
    epoch: Option<i64>,
    /// One task or none; it ends with what it has read, for the holder of this epoch.
    pub(super) reading: JoinSet<(i64, Standing)>,
}

impl Takeover {
    /// Reads for the holder of this epoch, until it works. What was read for an earlier one may lack what others wrote since.
    pub(super) fn begin(&mut self, client: &Client, epoch: i64) {
        if self.epoch.replace(epoch) == Some(epoch) {
            return;
        }
        let client = client.clone();
        self.reading = JoinSet::new();
        self.reading.spawn(async move {
            let standing = retried_any("taking over what stands", || Standing::read(&client));
            (epoch, standing.await)
        });
    }

    /// The Lease is lost, or what was read has been taken over.
    pub(super) fn end(&mut self) {
        if self.epoch.take().is_some() {
            self.reading = JoinSet::new();
        }
    }
}
