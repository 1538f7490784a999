//! `DRY`: what admission makes of pods that are tried in namespaces, by server-side dry run. Only where a profile asks for it.
//!
//! Nothing of it is ever made: all that is sent with the account that may create pods is a dry run (`account`), a pod that
//! was made all the same would never be scheduled and has an image that nobody can pull (`pods`), and `deploy/admission-probe`
//! has the API server refuse that account whatever is no dry run.

mod account;
mod answer;
mod pods;

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use assay_inventory::view::{Labels, Meta, Namespace, Object};
use assay_inventory::{AdmissionProbe, Blind, EvidenceKind, Fact, Fate, Flaw, Kind, Reason, Under};
use kube::{Client, Config};

use crate::Wanted;
use crate::each::{Asked, EachCollector};
use account::{Account, DryRuns};

/// A namespace in which pods may be tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tried {
    /// Its name and labels alone: what else changes of it changes no guard.
    meta: Meta,
    /// Being deleted: it takes no pods.
    terminating: bool,
}

impl From<&Namespace> for Tried {
    fn from(namespace: &Namespace) -> Self {
        let meta = &namespace.meta;
        Self {
            meta: Meta {
                name: meta.name.clone(),
                uid: meta.uid.clone(),
                labels: Arc::<Labels>::clone(&meta.labels),
                ..Meta::default()
            },
            terminating: namespace.terminating,
        }
    }
}

impl Asked for Tried {
    const KIND: Kind = Kind::Namespace;
    // Each try goes through the cluster's webhooks.
    const AT_ONCE: usize = 2;
    const TIMEOUT: Duration = Duration::from_mins(1);

    fn of(object: &Object) -> Option<Self> {
        match object {
            Object::Namespace(namespace) => Some(namespace.into()),
            _ => None,
        }
    }

    fn is_ready(&self) -> bool {
        !self.terminating
    }

    fn silent(&self) -> Blind {
        let seconds = Self::TIMEOUT.as_secs();
        let name = &self.meta.name;
        Blind::new(
            Reason::Unreachable,
            format!(
                "the API server does not say within {seconds} s what admission makes of pods in Namespace {name}; look for a webhook that is slow"
            ),
        )
    }
}

/// Tries pods.
pub(crate) struct AdmissionProbes {
    account: Account,
}

impl AdmissionProbes {
    /// As the account that lives beside the operator, in namespace `home`.
    pub(crate) fn new(client: Client, config: &Config, home: String) -> Self {
        Self {
            account: Account::new(client, config, home),
        }
    }
}

impl EachCollector for AdmissionProbes {
    type Of = Tried;
    const SOURCE: EvidenceKind = EvidenceKind::AdmissionProbe;
    const INTERVAL: Duration = Duration::from_mins(5);

    fn is_wanted(wanted: &Wanted, namespace: &Tried) -> bool {
        let mut selections = wanted.admission_probe.iter();
        selections.any(|selection| selection.selects(&namespace.meta))
    }

    async fn collect(&self, namespace: &Tried) -> Result<Fact, Blind> {
        let dry_runs = self.account.dry_runs().await?;
        let round = Round {
            dry_runs: &dry_runs,
            namespace: &namespace.meta.name,
            // A name that nobody has, and that is not the last round's.
            pod: format!(
                "assay-admission-probe-{:08x}",
                RandomState::new().build_hasher().finish() >> 32
            ),
        };
        let first = round.try_one(None).await?;
        let mut flawed = BTreeMap::new();
        for flaw in Flaw::ALL {
            flawed.insert(flaw, round.try_one(Some(flaw)).await?);
        }
        // Once more at the end: a guard that came in between and refuses everything has shown nothing.
        let sound = match first {
            Fate::Taken | Fate::Mended => round.try_one(None).await?,
            not_taken => not_taken,
        };
        let under = Under {
            uid: namespace.meta.uid.clone(),
            labels: Arc::clone(&namespace.meta.labels),
        };
        Ok(Fact::AdmissionProbe(AdmissionProbe {
            under,
            sound,
            flawed,
        }))
    }
}

/// One round in one namespace.
struct Round<'a> {
    dry_runs: &'a DryRuns,
    namespace: &'a str,
    pod: String,
}

impl Round<'_> {
    async fn try_one(&self, flaw: Option<Flaw>) -> Result<Fate, Blind> {
        let pod = pods::pod(&self.pod, flaw);
        let (code, body) = self.dry_runs.create(self.namespace, &pod).await?;
        if let Some(missing) = answer::missing_right(code, &body) {
            return Err(self.dry_runs.may_not(self.namespace, missing));
        }
        answer::fate(code, &body, self.namespace, &self.pod, flaw)
    }
}
