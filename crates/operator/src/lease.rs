//! Leadership: one writer, the holder of a Lease. The standby watches and judges as well, and only does not write.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use chrono::Utc;
use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::MicroTime;
use k8s_openapi::jiff;
use kube::api::PostParams;
use kube::{Api, Client};
use tokio::sync::watch;

/// How long a holder may be silent before another takes over.
pub(crate) const TERM: Duration = Duration::from_secs(15);
/// How often the holder renews.
const RENEW: Duration = Duration::from_secs(5);
/// How often the others look.
const LOOK: Duration = Duration::from_secs(2);
/// Longest one request may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// When a holder that cannot renew stops writing: before anyone else may begin.
const YIELD: Duration = Duration::from_secs(10);

/// Whether this process may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// It watches.
    Standby,
    /// It writes, as the holder of this epoch.
    Leader {
        /// `leaseTransitions` at the time it took the Lease: later holders have higher ones.
        epoch: i64,
    },
}

/// What was last seen of the Lease, timed by our own clock: clocks of different machines are never compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sighting {
    holder: Option<String>,
    transitions: i64,
    version: Option<String>,
    /// When this version was first seen.
    at: Instant,
}

/// What to do next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Nobody holds it: take it, as the holder of this epoch.
    Take {
        /// The epoch.
        epoch: i64,
    },
    /// It is ours: renew it.
    Renew,
    /// Another holds it and is alive.
    Wait,
}

impl Sighting {
    /// What to do, having seen this at `self.at`, and now.
    pub(crate) fn decide(&self, me: &str, now: Instant) -> Action {
        match self.holder.as_deref().filter(|holder| !holder.is_empty()) {
            Some(holder) if holder == me => Action::Renew,
            Some(_) if now.duration_since(self.at) < TERM => Action::Wait,
            _ => Action::Take {
                epoch: self.transitions + 1,
            },
        }
    }

    /// What a freshly read Lease tells: the time of an unchanged version stays.
    fn next(before: Option<&Self>, lease: &Lease, now: Instant) -> Self {
        let version = lease.metadata.resource_version.clone();
        let at = match before {
            Some(before) if before.version == version => before.at,
            _ => now,
        };
        let spec = lease.spec.as_ref();
        Self {
            holder: spec.and_then(|spec| spec.holder_identity.clone()),
            transitions: spec
                .and_then(|spec| spec.lease_transitions)
                .unwrap_or_default()
                .into(),
            version,
            at,
        }
    }
}

/// Name of the Lease.
const NAME: &str = "assay-operator";

/// How a writer makes sure that it still has the Lease.
#[derive(Debug, Clone)]
pub(crate) struct Tenure {
    api: Api<Lease>,
    me: String,
}

impl Tenure {
    /// Of the candidate `me` in `namespace`.
    pub(crate) fn new(client: Client, namespace: &str, me: String) -> Self {
        Self {
            api: Api::namespaced(client, namespace),
            me,
        }
    }

    /// Whether the Lease is held by this candidate in this epoch, by what the API server says now.
    pub(crate) async fn holds(&self, epoch: i64) -> kube::Result<bool> {
        let lease = self.api.get_opt(NAME).await?;
        Ok(lease.is_some_and(|lease| is_held(&lease, &self.me, epoch)))
    }
}

fn is_held(lease: &Lease, me: &str, epoch: i64) -> bool {
    let seen = Sighting::next(None, lease, Instant::now());
    seen.holder.as_deref() == Some(me) && seen.transitions == epoch
}

/// A candidate for the Lease.
pub(crate) struct Candidate {
    api: Api<Lease>,
    me: String,
    /// The highest epoch that any status carried at the start.
    floor: i64,
    /// The highest epoch seen or held since.
    highest: i64,
}

impl Candidate {
    /// A candidate for the Lease `assay-operator` in `namespace`. Epochs begin above `floor`, the highest that any status
    /// carries, so that a deleted Lease cannot make a new writer look old.
    pub(crate) fn new(client: Client, namespace: &str, me: String, floor: i64) -> Self {
        Self {
            api: Api::namespaced(client, namespace),
            me,
            floor,
            highest: floor,
        }
    }

    /// Runs for the Lease until `stop`; tells of each change of role. Gives the Lease up at the end if it holds it.
    pub(crate) async fn run(mut self, role: watch::Sender<Role>, mut stop: watch::Receiver<bool>) {
        let mut seen: Option<Sighting> = None;
        let mut renewed = Instant::now();
        loop {
            let looked = tokio::time::timeout(PATIENCE, self.step(&mut seen)).await;
            let looked =
                looked.unwrap_or_else(|_| Err(anyhow::anyhow!("the API server does not answer")));
            let pause = match looked {
                Ok(Some(epoch)) => {
                    renewed = Instant::now();
                    role.send_if_modified(|role| replace(role, Role::Leader { epoch }));
                    RENEW
                }
                Ok(None) => {
                    role.send_if_modified(|role| replace(role, Role::Standby));
                    LOOK
                }
                Err(error) => {
                    tracing::warn!(error = format!("{error:#}"), "the Lease cannot be kept");
                    if renewed.elapsed() >= YIELD {
                        role.send_if_modified(|role| replace(role, Role::Standby));
                    }
                    Duration::from_secs(1)
                }
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                _ = stop.wait_for(|stop| *stop) => break,
            }
        }
        if matches!(*role.borrow(), Role::Leader { .. })
            && let Err(error) = self.give_up().await
        {
            tracing::warn!(
                error = format!("{error:#}"),
                "the Lease was not given up; it runs out by itself"
            );
        }
    }

    /// One look, and what follows from it: the epoch if the Lease is ours afterwards.
    async fn step(&mut self, seen: &mut Option<Sighting>) -> anyhow::Result<Option<i64>> {
        let Some(lease) = self
            .api
            .get_opt(NAME)
            .await
            .with_context(|| format!("reading Lease {NAME}"))?
        else {
            let mut lease = Lease::default();
            lease.metadata.name = Some(NAME.to_owned());
            // Whoever held one that was deleted wrote with its epoch: ours must be higher.
            lease.spec = Some(self.spec(None, self.highest + 1));
            let made = self.api.create(&PostParams::default(), &lease).await;
            let made = lost_race(made, "creating")?.map(|lease| note(seen, &lease));
            self.highest = self.highest.max(made.unwrap_or(0));
            return Ok(made);
        };
        let sighting = Sighting::next(seen.as_ref(), &lease, Instant::now());
        self.highest = self.highest.max(sighting.transitions);
        let action = sighting.decide(&self.me, Instant::now());
        let epoch = match action {
            Action::Wait => {
                *seen = Some(sighting);
                return Ok(None);
            }
            Action::Renew => sighting.transitions,
            Action::Take { epoch } => epoch,
        };
        let mut ours = lease.clone();
        ours.spec = Some(self.spec(lease.spec.as_ref(), epoch.max(self.floor + 1)));
        *seen = Some(sighting);
        // The resourceVersion read goes back with it: of two who want it, one gets a conflict.
        let written = self.api.replace(NAME, &PostParams::default(), &ours).await;
        let held = lost_race(written, "writing")?.map(|lease| note(seen, &lease));
        self.highest = self.highest.max(held.unwrap_or(0));
        Ok(held)
    }

    fn spec(&self, before: Option<&LeaseSpec>, epoch: i64) -> LeaseSpec {
        let now = MicroTime(
            jiff::Timestamp::from_microsecond(Utc::now().timestamp_micros())
                .unwrap_or(jiff::Timestamp::UNIX_EPOCH),
        );
        let held =
            before.and_then(|spec| spec.holder_identity.as_deref()) == Some(self.me.as_str());
        LeaseSpec {
            holder_identity: Some(self.me.clone()),
            lease_duration_seconds: i32::try_from(TERM.as_secs()).ok(),
            acquire_time: before
                .filter(|_| held)
                .and_then(|spec| spec.acquire_time.clone())
                .or(Some(now.clone())),
            renew_time: Some(now),
            lease_transitions: i32::try_from(epoch).ok(),
            ..LeaseSpec::default()
        }
    }

    async fn give_up(&self) -> anyhow::Result<()> {
        let mut lease = self.api.get(NAME).await?;
        let spec = lease.spec.get_or_insert_default();
        if spec.holder_identity.as_deref() == Some(self.me.as_str()) {
            spec.holder_identity = Some(String::new());
            self.api
                .replace(NAME, &PostParams::default(), &lease)
                .await?;
        }
        Ok(())
    }
}

/// Remembers the Lease as it is now; its epoch.
fn note(seen: &mut Option<Sighting>, lease: &Lease) -> i64 {
    let sighting = Sighting::next(seen.as_ref(), lease, Instant::now());
    let epoch = sighting.transitions;
    *seen = Some(sighting);
    epoch
}

fn replace(role: &mut Role, new: Role) -> bool {
    let differs = *role != new;
    *role = new;
    differs
}

/// A conflict means that somebody else was faster, which is no error.
fn lost_race<T>(result: kube::Result<T>, doing: &str) -> anyhow::Result<Option<T>> {
    match result {
        Ok(done) => Ok(Some(done)),
        Err(kube::Error::Api(status)) if status.code == 409 => Ok(None),
        Err(error) => Err(error).with_context(|| format!("{doing} the Lease")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sighting(holder: Option<&str>, at: Instant) -> Sighting {
        Sighting {
            holder: holder.map(str::to_owned),
            transitions: 4,
            version: Some("1".to_owned()),
            at,
        }
    }

    #[test]
    fn a_living_holder_is_waited_for_and_a_silent_one_replaced() {
        let start = Instant::now();
        let theirs = sighting(Some("other"), start);
        assert_eq!(theirs.decide("me", start + TERM / 2), Action::Wait);
        assert_eq!(theirs.decide("me", start + TERM), Action::Take { epoch: 5 });
    }

    #[test]
    fn a_lease_given_up_is_taken_at_once() {
        let start = Instant::now();
        for free in [None, Some("")] {
            assert_eq!(
                sighting(free, start).decide("me", start),
                Action::Take { epoch: 5 }
            );
        }
    }

    #[test]
    fn our_own_lease_is_renewed_however_late() {
        let start = Instant::now();
        let ours = sighting(Some("me"), start);
        assert_eq!(ours.decide("me", start + TERM * 10), Action::Renew);
    }

    #[test]
    fn the_lease_is_ours_only_in_our_epoch() {
        let lease = |holder: Option<&str>, transitions| Lease {
            spec: Some(LeaseSpec {
                holder_identity: holder.map(str::to_owned),
                lease_transitions: transitions,
                ..LeaseSpec::default()
            }),
            ..Lease::default()
        };
        assert!(is_held(&lease(Some("me"), Some(4)), "me", 4));
        assert!(!is_held(&lease(Some("me"), Some(5)), "me", 4));
        assert!(!is_held(&lease(Some("other"), Some(4)), "me", 4));
        assert!(!is_held(&lease(Some(""), Some(4)), "me", 4));
        assert!(!is_held(&lease(None, None), "me", 4));
    }

    #[test]
    fn patience_counts_from_the_last_change_seen() {
        let start = Instant::now();
        let mut lease = Lease::default();
        lease.metadata.resource_version = Some("1".to_owned());
        let first = Sighting::next(None, &lease, start);
        let same = Sighting::next(Some(&first), &lease, start + TERM);
        assert_eq!(same.at, start);
        lease.metadata.resource_version = Some("2".to_owned());
        let renewed = Sighting::next(Some(&same), &lease, start + TERM);
        assert_eq!(renewed.at, start + TERM);
    }
}
