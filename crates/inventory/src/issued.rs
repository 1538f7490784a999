//! Certificates outlive their requests: what a deleted request was issued is remembered until it expires.
//!
//! The cluster deletes a request an hour after it is decided, anybody who may delete it can do so at once, and nothing
//! revokes the certificate.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::view::{Csr, Text};
use crate::{Blind, Changes, Inventory, Kind, ObjectKey, Reason, Subject};

/// Deleted requests by name and uid, and what is known to be missing of them.
#[derive(Debug, Default)]
pub(crate) struct Issued {
    gone: BTreeMap<(Text, Text), Arc<Csr>>,
    /// Until when some may be good that whoever remembered them had no room for.
    left_out: Option<DateTime<Utc>>,
}

impl Issued {
    /// Remembers a request that is gone, if its certificate is good for longer than `now`.
    pub(crate) fn remember(&mut self, csr: &Arc<Csr>, now: DateTime<Utc>) {
        if csr.good_until().is_some_and(|end| end > now) {
            self.gone.insert(Self::key(csr), Arc::clone(csr));
        }
    }

    /// Remembers what somebody else remembered. What was seen here is known better; whether it is new.
    pub(crate) fn recall(&mut self, csr: &Arc<Csr>, now: DateTime<Utc>) -> bool {
        let is_new = !self.gone.contains_key(&Self::key(csr));
        if is_new {
            self.remember(csr, now);
        }
        is_new
    }

    /// Some were left out that are good until then; whether that is news.
    pub(crate) fn leave_out(&mut self, until: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        let before = self.left_out(now);
        if until > now {
            self.left_out = self.left_out.max(Some(until));
        }
        before.is_none() && until > now
    }

    /// Until when some are good that were left out, if any still is.
    pub(crate) fn left_out(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.left_out.filter(|until| *until > now)
    }

    /// Forgets a request that is there after all.
    pub(crate) fn forget(&mut self, csr: &Csr) {
        self.gone.remove(&Self::key(csr));
    }

    fn key(csr: &Csr) -> (Text, Text) {
        (Arc::clone(&csr.meta.name), Arc::clone(&csr.meta.uid))
    }

    /// Forgets what has expired, and says of which names.
    pub(crate) fn advance(&mut self, now: DateTime<Utc>) -> Vec<Text> {
        self.left_out = self.left_out(now);
        let mut gone = Vec::new();
        self.gone.retain(|(name, _), csr| {
            let stays = csr.good_until().is_some_and(|end| end > now);
            if !stays {
                gone.push(Arc::clone(name));
            }
            stays
        });
        gone
    }

    /// The next instant at which something is forgotten.
    pub(crate) fn next_due(&self) -> Option<DateTime<Utc>> {
        let ends = self.gone.values().filter_map(|csr| csr.good_until());
        ends.chain(self.left_out)
            .filter(|end| *end < DateTime::<Utc>::MAX_UTC)
            .min()
    }

    /// Requests of this name that are gone.
    pub(crate) fn named(&self, name: &Text) -> impl Iterator<Item = &Csr> {
        let name = Arc::clone(name);
        self.gone
            .range((Arc::clone(&name), Text::default())..)
            .take_while(move |((held, _), _)| *held == name)
            .map(|(_, csr)| csr.as_ref())
    }

    /// All that are gone.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Csr> {
        self.gone.values().map(AsRef::as_ref)
    }

    /// Names of requests that are gone.
    pub(crate) fn names(&self) -> impl Iterator<Item = &Text> {
        self.gone.keys().map(|(name, _)| name)
    }
}

impl Inventory {
    /// Requests by which somebody can still sign in, those that are gone included: what has to be told to whoever looks later
    /// and did not see them, by [`crate::Delta::Recalled`].
    pub fn logins(&self) -> impl Iterator<Item = &Csr> {
        let present = self
            .csrs
            .rows()
            .filter_map(|(_, state)| state.as_ref().ok());
        let all = present.map(AsRef::as_ref).chain(self.issued.all());
        all.filter(|csr| csr.good_until().is_some_and(|end| end > self.clock))
    }

    /// Until when there may be more of them, which whoever looked earlier left out.
    #[must_use]
    pub fn left_out(&self) -> Option<DateTime<Utc>> {
        self.issued.left_out(self.clock)
    }

    /// Why there may be objects of `kind`, or what they left behind, that nobody knows of.
    #[must_use]
    pub fn unlisted(&self, kind: Kind, now: DateTime<Utc>) -> Option<Blind> {
        self.blind(kind, now).or_else(|| {
            let forgets = kind == Kind::CertificateSigningRequest;
            forgets.then(|| self.issued.left_out(now)).flatten()?;
            Some(Blind::new(
                Reason::NotYetJudged,
                "more requests were issued logins than status.issued of a ComplianceProfile holds, and Assay has started anew \
                 since: what was left out is not judged until status.issuedLeftOutUntil",
            ))
        })
    }

    /// What somebody else remembers of a request that is there says nothing new.
    pub(crate) fn recall(&mut self, csr: &Arc<Csr>, changes: &mut Changes) {
        let name = Text::clone(&csr.meta.name);
        let present = self.csrs.view(&ObjectKey::new("", Text::clone(&name)));
        let is_there = present.is_some_and(|present| present.meta.uid == csr.meta.uid);
        if !is_there && self.issued.recall(csr, self.clock) {
            changes.subjects.insert(Subject::Csr(name));
        }
    }
}
