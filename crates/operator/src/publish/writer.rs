//! The one writer: holds what is to stand there against what it wrote last, and writes the difference.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use assay_api::PROFILE_LABEL;
use chrono::{SecondsFormat, Utc};
use futures::StreamExt;
use kube::api::{DeleteParams, DynamicObject, PostParams};
use kube::{Api, Client};
use serde_json::Value;
use tokio::sync::{mpsc, watch};

use super::bucket::Bucket;
use super::{Desired, Target};
use crate::lease::Role;
use crate::serve::Metrics;

/// How often `verifiedAt` is rewritten when nothing changes; readers are promised ten minutes.
const VERIFY: Duration = Duration::from_mins(9);
/// How long counters may lag.
const COUNTERS: Duration = Duration::from_secs(30);
/// How many versions of ours are remembered an object: more than can be under way in the watch.
const OURS: usize = 16;
/// Requests under way at once.
const CONCURRENCY: usize = 8;

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
    /// What stands in the cluster has been taken over: the holder of this epoch may write from now on.
    Lead(i64),
    /// Write everything that is due, then answer.
    Flush(tokio::sync::oneshot::Sender<()>),
}

/// What stands there, as far as we know.
#[derive(Debug, Clone)]
struct Written {
    version: Option<String>,
    urgent: u64,
    calm: u64,
    at: Instant,
    /// When `Ready` became true, by what stands there.
    ready_since: Option<Value>,
}

#[derive(Debug)]
struct Slot {
    desired: Option<Arc<Desired>>,
    written: Option<Written>,
    bucket: Bucket,
    /// Versions that our last writes made: seeing one of them come by is no news.
    ours: VecDeque<String>,
    /// Earliest next try after a failure.
    not_before: Option<Instant>,
    failures: u32,
}

/// How an attempt ended.
enum Attempt {
    Done(Written),
    Gone,
    Fenced,
    Failed(String),
}

/// Writes for as long as it leads.
pub(crate) struct Writer {
    client: Client,
    slots: BTreeMap<Target, Slot>,
    orders: mpsc::Receiver<Order>,
    role: watch::Receiver<Role>,
    metrics: Arc<Metrics>,
    /// The epoch in which writing may begin.
    leading: Option<i64>,
    /// The epoch in which a higher one was met: nothing more is written in it.
    fenced: Option<i64>,
}

impl Writer {
    /// A writer that has written nothing.
    pub(crate) fn new(
        client: Client,
        orders: mpsc::Receiver<Order>,
        role: watch::Receiver<Role>,
        metrics: Arc<Metrics>,
    ) -> Self {
        Self {
            client,
            slots: BTreeMap::new(),
            orders,
            role,
            metrics,
            leading: None,
            fenced: None,
        }
    }

    /// Writes until nobody gives orders.
    pub(crate) async fn run(mut self) {
        loop {
            let due = self.next_due(Instant::now());
            tokio::select! {
                order = self.orders.recv() => match order {
                    None => return,
                    Some(order) => {
                        let mut asked: Vec<_> = self.take(order).into_iter().collect();
                        while let Ok(order) = self.orders.try_recv() {
                            asked.extend(self.take(order));
                        }
                        self.write_due(!asked.is_empty()).await;
                        for done in asked {
                            let _ = done.send(());
                        }
                    }
                },
                changed = self.role.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    // Without the Lease nothing is due; with it, the follower takes over first.
                    self.role.borrow_and_update();
                }
                () = sleep_until(due) => self.write_due(false).await,
            }
        }
    }

    fn take(&mut self, order: Order) -> Option<tokio::sync::oneshot::Sender<()>> {
        let now = Instant::now();
        let slot = |slots: &mut BTreeMap<Target, Slot>, target: Target, desired| {
            let slot = slots.entry(target).or_insert_with(|| Slot {
                desired: None,
                written: None,
                bucket: Bucket::new(now),
                ours: VecDeque::new(),
                not_before: None,
                failures: 0,
            });
            slot.desired = desired;
        };
        match order {
            Order::Set(target, desired) => {
                slot(&mut self.slots, target, Some(Arc::from(desired)));
                None
            }
            Order::Remove(target) => {
                slot(&mut self.slots, target, None);
                None
            }
            Order::Forget(target) => {
                self.slots.remove(&target);
                None
            }
            Order::Seen(target, version) => {
                if let Some(slot) = self.slots.get_mut(&target)
                    && version.is_none_or(|version| !slot.ours.contains(&version))
                {
                    slot.written = None;
                }
                None
            }
            Order::Lead(epoch) => {
                self.leading = Some(epoch);
                // What another leader wrote meanwhile is not ours.
                for slot in self.slots.values_mut() {
                    slot.written = None;
                }
                None
            }
            Order::Flush(done) => Some(done),
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

    /// When something will be due; `None` while nothing may be written.
    fn next_due(&self, now: Instant) -> Option<Instant> {
        self.epoch()?;
        self.slots.values().map(|slot| slot.due(now)).min()
    }

    async fn write_due(&mut self, flush: bool) {
        let Some(epoch) = self.epoch() else {
            return;
        };
        let now = Instant::now();
        let mut due = Vec::new();
        for (target, slot) in &mut self.slots {
            let is_due = slot.due(now) <= now;
            if (is_due || flush && slot.differs()) && (flush || slot.bucket.take(now).is_ok()) {
                due.push((target.clone(), slot.desired.clone(), slot.written.clone()));
            }
        }
        let client = &self.client;
        let attempts = futures::stream::iter(due)
            .map(|(target, desired, written)| async move {
                let attempt = match &desired {
                    Some(desired) => put(client, &target, desired, written.as_ref(), epoch).await,
                    None => remove(client, &target).await,
                };
                (target, attempt)
            })
            .buffer_unordered(CONCURRENCY);
        let results: Vec<(Target, Attempt)> = attempts.collect().await;
        for (target, attempt) in results {
            self.note(&target, attempt, epoch);
        }
    }

    fn note(&mut self, target: &Target, attempt: Attempt, epoch: i64) {
        let Some(slot) = self.slots.get_mut(target) else {
            return;
        };
        slot.not_before = None;
        match attempt {
            Attempt::Done(written) => {
                self.metrics.wrote();
                slot.failures = 0;
                slot.ours.extend(written.version.clone());
                if slot.ours.len() > OURS {
                    slot.ours.pop_front();
                }
                slot.written = Some(written);
            }
            Attempt::Gone if slot.desired.is_none() => {
                self.slots.remove(target);
            }
            // It cannot be made here now, as in a namespace that is going away.
            Attempt::Gone => slot.retry_later(),
            Attempt::Fenced => {
                tracing::warn!(%target, epoch, "a later leader has written here; this one stops writing");
                self.fenced = Some(epoch);
            }
            Attempt::Failed(error) => {
                self.metrics.write_failed();
                slot.retry_later();
                tracing::warn!(%target, error, "cannot write; trying again");
            }
        }
    }
}

impl Slot {
    fn retry_later(&mut self) {
        self.written = None;
        self.failures = self.failures.saturating_add(1);
        let wait = Duration::from_millis(250) * 2_u32.pow(self.failures.min(6));
        self.not_before = Some(Instant::now() + wait);
    }

    /// When it is to be written next.
    fn due(&self, now: Instant) -> Instant {
        let at = match (&self.desired, &self.written) {
            (None, _) | (Some(_), None) => now,
            (Some(desired), Some(written)) if desired.urgent != written.urgent => now,
            (Some(desired), Some(written)) if desired.calm != written.calm => written.at + COUNTERS,
            (Some(_), Some(written)) => written.at + VERIFY,
        };
        let at = self.not_before.map_or(at, |not_before| at.max(not_before));
        let mut peek = self.bucket.clone();
        match peek.take(at.max(now)) {
            Ok(()) => at,
            Err(refilled) => at.max(refilled),
        }
    }

    fn differs(&self) -> bool {
        match (&self.desired, &self.written) {
            (Some(desired), Some(written)) => desired.calm != written.calm,
            _ => true,
        }
    }
}

async fn sleep_until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due.into()).await,
        None => std::future::pending().await,
    }
}

fn api(client: &Client, target: &Target) -> Api<DynamicObject> {
    let resource = target.resource();
    match target.namespace() {
        Some(namespace) => Api::namespaced_with(client.clone(), namespace, &resource),
        None => Api::all_with(client.clone(), &resource),
    }
}

fn code(error: &kube::Error) -> Option<u16> {
    match error {
        kube::Error::Api(status) => Some(status.code),
        _ => None,
    }
}

/// Writes a status, creating the object where it is missing.
async fn put(
    client: &Client,
    target: &Target,
    desired: &Desired,
    written: Option<&Written>,
    epoch: i64,
) -> Attempt {
    let api = api(client, target);
    let mut version = written.and_then(|written| written.version.clone());
    let mut ready_since = written.and_then(|written| written.ready_since.clone());
    // A conflict is answered by reading what stands there; three rounds outlast any sane neighbour.
    for _ in 0..3 {
        if version.is_none() {
            match current(&api, target, desired).await {
                Ok(Some(object)) => {
                    let theirs = object.data.pointer("/status/epoch").and_then(Value::as_i64);
                    // What no Lease can count to was planted, and is overwritten.
                    if theirs.is_some_and(|theirs| theirs > epoch && theirs < i64::from(i32::MAX)) {
                        return Attempt::Fenced;
                    }
                    version.clone_from(&object.metadata.resource_version);
                    ready_since = ready_time(&object.data);
                }
                Ok(None) => return Attempt::Gone,
                Err(error) => return Attempt::Failed(error.to_string()),
            }
        }
        let object = stamped(desired, version.as_deref(), ready_since.as_ref(), epoch);
        let params = PostParams {
            field_manager: Some("assay-operator".to_owned()),
            ..PostParams::default()
        };
        match api.replace_status(target.name(), &params, &object).await {
            Ok(object) => {
                return Attempt::Done(Written {
                    ready_since: ready_time(&object.data),
                    version: object.metadata.resource_version,
                    urgent: desired.urgent,
                    calm: desired.calm,
                    at: Instant::now(),
                });
            }
            Err(error) if matches!(code(&error), Some(404 | 409)) => version = None,
            Err(error) => return Attempt::Failed(error.to_string()),
        }
    }
    Attempt::Failed("somebody else keeps writing it".to_owned())
}

/// What stands there, created if it is missing; `None` if it may not be created, as in a terminating namespace.
async fn current(
    api: &Api<DynamicObject>,
    target: &Target,
    desired: &Desired,
) -> kube::Result<Option<DynamicObject>> {
    if let Some(object) = api.get_opt(target.name()).await? {
        return Ok(Some(object));
    }
    if matches!(target, Target::Profile(_)) {
        return Ok(None);
    }
    match api.create(&PostParams::default(), &desired.frame).await {
        Ok(object) => Ok(Some(object)),
        Err(error) if code(&error) == Some(409) => api.get_opt(target.name()).await,
        // The namespace is going or gone.
        Err(error) if target.namespace().is_some() && matches!(code(&error), Some(403 | 404)) => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// When `Ready` became true, by the status that stands there.
fn ready_time(data: &Value) -> Option<Value> {
    let conditions = data.pointer("/status/conditions")?.as_array()?;
    let ready = conditions.iter().find(|condition| {
        condition.get("type").and_then(Value::as_str) == Some("Ready")
            && condition.get("status").and_then(Value::as_str) == Some("True")
    })?;
    ready.get("lastTransitionTime").cloned()
}

/// The object to send: epoch and times filled in.
fn stamped(
    desired: &Desired,
    version: Option<&str>,
    ready_since: Option<&Value>,
    epoch: i64,
) -> DynamicObject {
    // Our own text: it parses.
    let mut status: Value = serde_json::from_str(&desired.status).unwrap_or_default();
    if let Some(fields) = status.as_object_mut() {
        fields.insert("epoch".to_owned(), epoch.into());
        let now = Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true);
        fields.insert("verifiedAt".to_owned(), now.into());
        let conditions = fields.get_mut("conditions").and_then(Value::as_array_mut);
        for condition in conditions.into_iter().flatten() {
            let is_ready = condition.get("type").and_then(Value::as_str) == Some("Ready");
            if let (true, Some(since), Some(fields)) =
                (is_ready, ready_since, condition.as_object_mut())
            {
                fields.insert("lastTransitionTime".to_owned(), since.clone());
            }
        }
    }
    let mut object = desired.frame.clone();
    object.metadata.resource_version = version.map(str::to_owned);
    if let Some(data) = object.data.as_object_mut() {
        data.insert("status".to_owned(), status);
    }
    object
}

/// Deletes an object of ours.
async fn remove(client: &Client, target: &Target) -> Attempt {
    let api = api(client, target);
    match api.get_metadata_opt(target.name()).await {
        Ok(Some(object)) => {
            let labels = object.metadata.labels.unwrap_or_default();
            if !labels.contains_key(PROFILE_LABEL) {
                return Attempt::Failed(format!(
                    "it lacks the label {PROFILE_LABEL}, so that it may not be ours to delete"
                ));
            }
        }
        Ok(None) => return Attempt::Gone,
        Err(error) => return Attempt::Failed(error.to_string()),
    }
    match api.delete(target.name(), &DeleteParams::default()).await {
        Ok(_) => Attempt::Gone,
        Err(error) if code(&error) == Some(404) => Attempt::Gone,
        Err(error) => Attempt::Failed(error.to_string()),
    }
}
