//! Certificates outlive their requests: what a deleted request was issued is remembered until it expires.
//!
//! The cluster deletes a request an hour after it is decided, anybody who may delete it can do so at once, and nothing
//! revokes the certificate.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::view::{Csr, Text};

/// Whose certificates are for kubelets alone, which renew theirs: to remember them all would be to remember every node
/// many times.
const KUBELETS: &str = "kubernetes.io/kube-apiserver-client-kubelet";

/// Deleted requests by name and uid.
#[derive(Debug, Default)]
pub(crate) struct Issued(BTreeMap<(Text, Text), Arc<Csr>>);

/// When the certificate of a request ends; `None` if it has none by which anybody can log in. A certificate that cannot be
/// read never ends.
fn end(csr: &Csr) -> Option<DateTime<Utc>> {
    let issued = csr.issued.as_ref().filter(|_| csr.client_auth)?;
    (csr.signer.as_ref() != KUBELETS).then(|| issued.not_after.unwrap_or(DateTime::<Utc>::MAX_UTC))
}

impl Issued {
    /// Remembers a request that is gone, if its certificate is good for longer than `now`.
    pub(crate) fn remember(&mut self, csr: &Arc<Csr>, now: DateTime<Utc>) {
        if end(csr).is_some_and(|end| end > now) {
            self.0.insert(Self::key(csr), Arc::clone(csr));
        }
    }

    /// Forgets a request that is there after all.
    pub(crate) fn forget(&mut self, csr: &Csr) {
        self.0.remove(&Self::key(csr));
    }

    fn key(csr: &Csr) -> (Text, Text) {
        (Arc::clone(&csr.meta.name), Arc::clone(&csr.meta.uid))
    }

    /// Forgets what has expired, and says of which names.
    pub(crate) fn advance(&mut self, now: DateTime<Utc>) -> Vec<Text> {
        let mut gone = Vec::new();
        self.0.retain(|(name, _), csr| {
            let stays = end(csr).is_some_and(|end| end > now);
            if !stays {
                gone.push(Arc::clone(name));
            }
            stays
        });
        gone
    }

    /// The next instant at which something is forgotten.
    pub(crate) fn next_due(&self) -> Option<DateTime<Utc>> {
        let ends = self.0.values().filter_map(|csr| end(csr));
        ends.filter(|end| *end < DateTime::<Utc>::MAX_UTC).min()
    }

    /// Requests of this name that are gone.
    pub(crate) fn named(&self, name: &Text) -> impl Iterator<Item = &Csr> {
        let name = Arc::clone(name);
        self.0
            .range((Arc::clone(&name), Text::default())..)
            .take_while(move |((held, _), _)| *held == name)
            .map(|(_, csr)| csr.as_ref())
    }

    /// Names of requests that are gone.
    pub(crate) fn names(&self) -> impl Iterator<Item = &Text> {
        self.0.keys().map(|(name, _)| name)
    }
}
