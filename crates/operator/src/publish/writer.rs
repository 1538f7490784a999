//! The one writer: takes orders, and keeps a few attempts under way for as long as it leads.

use std::collections::BTreeSet;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use kube::Client;
use tokio::sync::{mpsc, oneshot, watch};

use super::request::attempt;
use super::slots::{Ended, Outcome, Slots};
use super::{Desired, Target};
use crate::lease::{Role, Tenure};
use crate::serve::Metrics;

/// Orders taken before what they make due is begun.
const BATCH: usize = 256;

/// What the writer is told.
#[derive(Debug)]
pub(crate) enum Order {
    /// This is to stand there.
    Set(Target, Box<Desired>),
    /// Nothing is to stand there.
    Remove(Target),
    /// Whatever stands there goes by itself: it is not ours to write any more.
    Forget(Target),
    /// The object was seen at this version, or gone: unless we wrote that, ours does not stand any more.
    Seen(Target, Option<String>),
    /// All objects of those that the function picks were listed, and these were there: the others are gone.
    Listed(fn(&Target) -> bool, BTreeSet<Target>),
    /// What stands in the cluster has been taken over: the holder of this epoch may write from now on.
    Lead(i64),
    /// Write everything that differs, then answer.
    Flush(oneshot::Sender<()>),
}

type Attempts = FuturesUnordered<Pin<Box<dyn Future<Output = (Target, Ended)> + Send>>>;

/// Writes for as long as it leads.
pub(crate) struct Writer {
    client: Client,
    tenure: Tenure,
    slots: Slots,
    orders: mpsc::Receiver<Order>,
    role: watch::Receiver<Role>,
    metrics: Arc<Metrics>,
    /// The epoch in which writing may begin.
    leading: Option<i64>,
    /// The epoch in which a later leader was met: nothing more is written in it.
    fenced: Option<i64>,
    /// Who waits for everything to be written.
    flushing: Vec<oneshot::Sender<()>>,
}

impl Writer {
    /// A writer that has written nothing.
    pub(crate) fn new(
        client: Client,
        tenure: Tenure,
        orders: mpsc::Receiver<Order>,
        role: watch::Receiver<Role>,
        metrics: Arc<Metrics>,
    ) -> Self {
        Self {
            client,
            tenure,
            slots: Slots::new(Instant::now()),
            orders,
            role,
            metrics,
            leading: None,
            fenced: None,
            flushing: Vec::new(),
        }
    }

    /// Writes until nobody gives orders.
    pub(crate) async fn run(mut self) {
        let mut attempts = Attempts::new();
        let mut orders = Vec::with_capacity(BATCH);
        loop {
            let again = self.begin(&attempts);
            tokio::select! {
                count = self.orders.recv_many(&mut orders, BATCH) => {
                    if count == 0 {
                        return;
                    }
                    for order in orders.drain(..) {
                        self.take(order);
                    }
                }
                Some((target, ended)) = attempts.next() => self.ended(&target, ended),
                changed = self.role.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    // Without the Lease nothing is due; with it, the follower takes over first.
                    self.role.borrow_and_update();
                }
                () = sleep_until(again) => {}
            }
        }
    }

    fn take(&mut self, order: Order) {
        let now = Instant::now();
        match order {
            Order::Set(target, desired) => self.slots.set(&target, Some(Arc::from(desired)), now),
            Order::Remove(target) => self.slots.set(&target, None, now),
            Order::Forget(target) => self.slots.forget(&target),
            Order::Seen(target, version) => self.slots.seen(&target, version, now),
            Order::Listed(is_listed, there) => self.slots.listed(is_listed, &there, now),
            Order::Lead(epoch) => {
                self.leading = Some(epoch);
                self.slots.lead(now);
            }
            Order::Flush(done) => {
                self.slots.flush();
                self.flushing.push(done);
            }
        }
    }

    fn epoch(&self) -> Option<i64> {
        match *self.role.borrow() {
            Role::Leader { epoch } if self.leading == Some(epoch) && self.fenced != Some(epoch) => {
                Some(epoch)
            }
            _ => None,
        }
    }

    /// Begins what is due; when to look again, if nothing happens before.
    fn begin(&mut self, attempts: &Attempts) -> Option<Instant> {
        let epoch = self.epoch();
        let mut again = None;
        if let Some(epoch) = epoch {
            let (jobs, next) = self.slots.start(Instant::now());
            again = next;
            for job in jobs {
                let attempt = attempt(self.client.clone(), self.tenure.clone(), epoch, job);
                attempts.push(Box::pin(attempt));
            }
        }
        if epoch.is_none() || self.slots.is_flushed() {
            for done in self.flushing.drain(..) {
                let _ = done.send(());
            }
        }
        again
    }

    fn ended(&mut self, target: &Target, ended: Ended) {
        self.metrics.sent(ended.sent);
        match &ended.outcome {
            Outcome::Written(_) => self.metrics.wrote(),
            Outcome::Removed | Outcome::Refused => {}
            Outcome::Fenced => {
                let epoch = ended.epoch;
                tracing::warn!(%target, epoch, "a later leader has written here; this one stops writing");
                self.fenced = Some(epoch);
            }
            Outcome::Failed(error) => {
                self.metrics.write_failed();
                tracing::warn!(%target, error, "cannot write; trying again");
            }
        }
        self.slots.ended(target, ended, Instant::now());
    }
}

async fn sleep_until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due.into()).await,
        None => std::future::pending().await,
    }
}
