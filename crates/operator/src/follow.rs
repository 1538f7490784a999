//! The loop: deltas in, verdicts judged, reports ordered from the writer.

mod gauges;
mod orders;
mod takeover;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use assay_checks::Params;
use assay_inventory::{Changes, Delta, EvidenceKind, Inventory, Kind, Sight};
use assay_watch::Wanted;
use chrono::{DateTime, TimeDelta, Utc};
use kube::runtime::watcher::Event;
use kube::{Client, Resource, ResourceExt};
use tokio::sync::{mpsc, watch};

pub(crate) use takeover::Takeover;

use crate::assessment::{Assessment, SeenProfile};
use crate::lease::Role;
use crate::publish::{Order, Target};
use crate::restore::Standing;
use crate::serve::Metrics;

/// Longest the first pass waits for kinds and collectors that say nothing.
const FIRST_PASS: TimeDelta = TimeDelta::seconds(60);
/// Longest one slice of judging holds the loop.
const SLICE: Duration = Duration::from_millis(5);
/// Subjects judged between two looks at the clock.
const STEP: usize = 32;
/// Least time between two renderings: changes that come together are shown together.
const RENDER_PAUSE: Duration = Duration::from_millis(40);
/// Deltas taken in before judging goes on.
const BATCH: usize = 256;

/// Everything the loop holds.
pub(crate) struct Follower {
    pub(crate) client: Client,
    /// The operator's namespace.
    pub(crate) home: String,
    pub(crate) deltas: mpsc::Receiver<Delta>,
    pub(crate) profiles: mpsc::Receiver<Event<SeenProfile>>,
    pub(crate) orders: mpsc::Sender<Order>,
    /// Tells collectors what the profiles want.
    pub(crate) wants: watch::Sender<Option<Wanted>>,
    pub(crate) role: watch::Receiver<Role>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) inventory: Inventory,
    pub(crate) started: DateTime<Utc>,
    pub(crate) assessments: BTreeMap<String, Assessment>,
    /// Profiles seen in the list under way.
    pub(crate) listed: Option<BTreeSet<String>>,
    pub(crate) past_first: bool,
    /// Whether sources of evidence told something, or did not, since that was last looked at.
    pub(crate) evidence_came: bool,
    /// The epoch in which this process has taken over.
    pub(crate) leading: Option<i64>,
    /// Begins where the Lease is held and `leading` does not say so yet.
    pub(crate) takeover: Takeover,
}

/// Waits until `stop` is told, or nobody can tell it any more.
async fn told(stop: &mut watch::Receiver<bool>) {
    // What it lends would have to stay on this thread.
    _ = stop.wait_for(|stop| *stop).await;
}

impl Follower {
    /// Follows until every source is gone or `stop` is told.
    pub(crate) async fn run(mut self, mut stop: watch::Receiver<bool>) -> anyhow::Result<()> {
        let mut batch = Vec::with_capacity(BATCH);
        let mut unsettled = false;
        let mut rendered = Instant::now();
        loop {
            if !unsettled {
                let wait = self.wait(rendered);
                tokio::select! {
                    biased;
                    () = told(&mut stop) => break,
                    _ = self.role.changed() => {}
                    Some(event) = self.profiles.recv() => self.take_profile(event),
                    Some(read) = self.takeover.reading.join_next() => {
                        let (epoch, standing) = read.context("reading what stands panicked")?;
                        self.lead(epoch, &standing, Utc::now()).await?;
                    }
                    count = self.deltas.recv_many(&mut batch, BATCH) => {
                        anyhow::ensure!(count > 0, "every watch has ended");
                    }
                    () = tokio::time::sleep(wait) => {}
                }
            }
            while batch.len() < BATCH
                && let Ok(delta) = self.deltas.try_recv()
            {
                batch.push(delta);
            }
            let now = Utc::now();
            self.fold(&mut batch, now);
            unsettled = self.settle(now);
            if unsettled {
                tokio::task::yield_now().await;
                continue;
            }
            if !self.past_first && self.first_pass_is_over(now) {
                self.end_first_pass();
            }
            if !self.past_first {
                continue;
            }
            if rendered.elapsed() >= RENDER_PAUSE {
                self.render(now).await?;
                rendered = Instant::now();
            }
            self.take_role();
        }
        self.render(Utc::now()).await
    }

    /// Takes over where the Lease has been won, and tells whether we write.
    fn take_role(&mut self) {
        let role = *self.role.borrow_and_update();
        if role == Role::Standby {
            // Who wins the Lease back takes over anew: what stands may have been written by others, and the writer forgets what a
            // standby has nobody to remove for.
            self.leading = None;
        }
        let leads = matches!(role, Role::Leader { epoch } if self.leading == Some(epoch));
        self.metrics.leader.set(i64::from(leads));
        match role {
            Role::Leader { epoch } if !leads => self.takeover.begin(&self.client, epoch),
            _ => self.takeover.end(),
        }
    }

    /// How long nothing will happen by time alone.
    fn wait(&self, rendered: Instant) -> Duration {
        if self.past_first && self.assessments.values().any(Assessment::is_touched) {
            return RENDER_PAUSE.saturating_sub(rendered.elapsed());
        }
        let due = self
            .assessments
            .values()
            .filter_map(|assessment| assessment.engine.next_due())
            .chain(self.inventory.next_due())
            .min();
        let now = Utc::now();
        let until = due.map_or(Duration::from_secs(10), |due| {
            (due - now).to_std().unwrap_or(Duration::ZERO)
        });
        // A clock that jumps must not leave the loop asleep.
        let most = if self.past_first { 10_000 } else { 200 };
        until.clamp(Duration::from_millis(1), Duration::from_millis(most))
    }

    fn fold(&mut self, batch: &mut Vec<Delta>, now: DateTime<Utc>) {
        let mut changes = Changes::default();
        let count = batch.len();
        for delta in batch.drain(..) {
            self.evidence_came |= matches!(
                delta,
                Delta::Collected(_) | Delta::NotCollected { .. } | Delta::RoundEnded(_)
            );
            self.inventory.apply(delta, &mut changes);
        }
        self.inventory.advance(now, &mut changes);
        for assessment in self.assessments.values_mut() {
            assessment.mark(&changes);
        }
        if !changes.sight.is_empty() {
            self.tell_sight(now);
        }
        self.metrics.followed(count);
    }

    /// Judges for one slice; whether something is left to judge.
    fn settle(&mut self, now: DateTime<Utc>) -> bool {
        let begun = Instant::now();
        for assessment in self.assessments.values_mut() {
            while assessment.settle(&self.inventory, now, STEP) {
                if begun.elapsed() >= SLICE {
                    return true;
                }
            }
        }
        false
    }

    fn take_profile(&mut self, event: Event<SeenProfile>) {
        match event {
            Event::Init => self.listed = Some(BTreeSet::new()),
            Event::InitApply(profile) | Event::Apply(profile) => {
                let name = profile.name_any();
                if let Some(listed) = &mut self.listed {
                    listed.insert(name.clone());
                }
                self.put_profile(name, &profile);
            }
            Event::Delete(profile) => self.drop_profile(&profile.name_any()),
            Event::InitDone => {
                let listed = self.listed.take().unwrap_or_default();
                let gone: Vec<String> = self
                    .assessments
                    .keys()
                    .filter(|name| !listed.contains(*name))
                    .cloned()
                    .collect();
                for name in gone {
                    self.drop_profile(&name);
                }
            }
        }
        if self.listed.is_none() {
            self.tell_collectors();
        }
    }

    /// Tells collectors what the profiles want; one that cannot be read any more wants what it did.
    fn tell_collectors(&self) {
        let assessments = self.assessments.values();
        let params = assessments.map(|assessment| &assessment.engine.profile().params);
        let wanted = Some(wanted(&params.collect::<Vec<_>>()));
        self.wants
            .send_if_modified(|known| std::mem::replace(known, wanted.clone()) != wanted);
    }

    fn put_profile(&mut self, name: String, profile: &SeenProfile) {
        let read = profile.read();
        if let Some(known) = self.assessments.get_mut(&name) {
            let is_news = match read {
                Ok(profile) => known.update(&profile, &self.inventory),
                Err(error) => known.refuse(profile.meta(), error),
            };
            if is_news {
                known.touch_all(&self.inventory);
            }
            return;
        }
        let mut assessment = match read {
            Ok(profile) => Assessment::new(&profile, &self.inventory),
            Err(error) => Assessment::unread(profile.meta(), error, &self.inventory),
        };
        // A profile that comes later has its own first sight; there is nothing to wait for any more.
        assessment.past_first = false;
        self.assessments.insert(name, assessment);
    }

    /// Its reports are its dependents and go with it; its findings are ours to remove.
    fn drop_profile(&mut self, name: &str) {
        let gone = self.assessments.remove(name);
        self.metrics.forget_profile(name);
        let sections = assay_catalog::sections().iter();
        let reports =
            sections.map(|section| Target::Report(assay_api::report_name(name, section.slug)));
        let left = reports.chain([Target::Profile(name.to_owned())]);
        let findings = gone.map(|gone| gone.published).unwrap_or_default();
        let orders = left
            .map(Order::Forget)
            .chain(findings.into_iter().map(Order::Remove));
        for order in orders {
            // The queue is as long as any cluster's namespaces; what a full one loses, the next leader cleans up.
            let _ = self.orders.try_send(order);
        }
    }

    fn first_pass_is_over(&self, now: DateTime<Utc>) -> bool {
        let seen = Kind::ALL
            .into_iter()
            .all(|kind| *self.inventory.sight(kind) != Sight::Waiting);
        let tried = EvidenceKind::ALL
            .into_iter()
            .all(|kind| self.inventory.has_tried(kind));
        let told = self.listed.is_none() && !self.assessments.is_empty();
        // Pods whose owner has not been seen are awaited for a moment only.
        let placed = self
            .inventory
            .next_due()
            .is_none_or(|due| due > now + TimeDelta::seconds(6));
        (seen && tried && told && placed) || now - self.started >= FIRST_PASS && told
    }

    fn end_first_pass(&mut self) {
        for assessment in self.assessments.values_mut() {
            assessment.confirm();
            assessment.touch_all(&self.inventory);
        }
        self.past_first = true;
        self.metrics.set_ready();
        self.tell_sight(Utc::now());
        tracing::info!(
            objects = self.inventory.objects(),
            milliseconds = (Utc::now() - self.started).num_milliseconds(),
            "first pass is over"
        );
    }

    /// Begins to lead: takes over what stands in the cluster (logins that were issued, since when, and which findings objects
    /// there are to clean up), and only then lets the writer write.
    async fn lead(
        &mut self,
        epoch: i64,
        standing: &Standing,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        // What another leader saw is judged first, so that taking over ends no finding of it.
        let mut changes = Changes::default();
        for delta in standing.logins() {
            self.inventory.apply(delta, &mut changes);
        }
        for assessment in self.assessments.values_mut() {
            assessment.mark(&changes);
        }
        while self.settle(now) {
            tokio::task::yield_now().await;
        }
        for (name, assessment) in &mut self.assessments {
            standing.adopt(assessment);
            assessment.confirm();
            assessment.touch_all(&self.inventory);
            assessment.published.extend(standing.targets(name));
        }
        for orphan in standing.orphans(|profile| self.assessments.contains_key(profile)) {
            self.orders.send(Order::Remove(orphan)).await?;
        }
        self.render(now).await?;
        self.orders.send(Order::Lead(epoch)).await?;
        self.leading = Some(epoch);
        tracing::info!(epoch, "leading");
        Ok(())
    }

    async fn render(&mut self, now: DateTime<Utc>) -> anyhow::Result<()> {
        if std::mem::take(&mut self.evidence_came) {
            self.look_at_sources(now);
        }
        let names: Vec<String> = self.assessments.keys().cloned().collect();
        for name in names {
            let Some(mut assessment) = self.assessments.remove(&name) else {
                continue;
            };
            if !assessment.past_first {
                assessment.confirm();
                assessment.touch_all(&self.inventory);
            }
            let touched = assessment.take_touched();
            let orders = self.orders_of(&mut assessment, &touched, now);
            self.assessments.insert(name, assessment);
            for order in orders? {
                self.orders.send(order).await?;
            }
        }
        self.metrics
            .objects
            .set(i64::try_from(self.inventory.objects()).unwrap_or(i64::MAX));
        Ok(())
    }
}

/// Evidence is collected for the profile that wants most. Without any, what is asked anyhow is asked.
fn wanted(profiles: &[&Params]) -> Wanted {
    let ages = profiles.iter().map(|params| params.max_evidence_age);
    let Some(max_age) = ages.min() else {
        return Wanted::default();
    };
    let probed = profiles.iter().map(|params| params.admission_probe.clone());
    Wanted {
        max_age: max_age.to_std().unwrap_or_default(),
        kubelet_probe: profiles.iter().any(|params| params.kubelet_probe),
        admission_probe: probed.filter(|selection| !selection.is_empty()).collect(),
        secret_types: profiles.iter().any(|params| params.secret_types),
    }
}
