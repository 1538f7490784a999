//! What is known of a cluster after a history, kept as plainly as can be: the standard that the inventory is held to.

use std::collections::{BTreeMap, BTreeSet};

use assay_inventory::view::{Object, Text};
use assay_inventory::{
    Blind, Changes, DecodeError, Delta, Evidence, EvidenceKey, Inventory, Kind, ObjectKey, Per,
    Reason,
};
use chrono::{DateTime, Utc};

pub(crate) type Decoded = Result<Box<Object>, DecodeError>;

#[derive(Debug, Clone, Default)]
struct Listing {
    objects: BTreeMap<ObjectKey, Decoded>,
    /// Mentioned since the last list began.
    mentioned: BTreeSet<ObjectKey>,
    seen: bool,
    outage: Option<Outage>,
}

/// A watch that fails, as it began: later failures change its reason alone.
#[derive(Debug, Clone)]
struct Outage {
    since: DateTime<Utc>,
    /// Whether the kind was seen when it began.
    after_sight: bool,
    reason: Reason,
    /// The first error of that reason.
    message: Text,
}

#[derive(Debug, Clone)]
pub(crate) struct Model {
    pub(crate) now: DateTime<Utc>,
    kinds: BTreeMap<Kind, Listing>,
    said: BTreeMap<EvidenceKey, Said>,
    /// Requests that are gone, by name and uid.
    gone: BTreeMap<(Text, Text), Decoded>,
    /// Until when some that were left out are good.
    left_out: Option<DateTime<Utc>>,
}

/// The object that something is said of, if it is of one.
fn about(key: &EvidenceKey) -> Option<(Kind, ObjectKey)> {
    let kind = match key.kind.per() {
        Per::Cluster => return None,
        Per::Node => Kind::Node,
        Per::Namespace => Kind::Namespace,
    };
    Some((kind, ObjectKey::new("", key.about.clone())))
}

/// What a source said of something.
#[derive(Debug, Clone, Default)]
struct Said {
    answer: Option<Evidence>,
    failure: Option<Blind>,
}

impl Model {
    pub(crate) fn new(now: DateTime<Utc>) -> Self {
        Self {
            now,
            kinds: BTreeMap::new(),
            said: BTreeMap::new(),
            gone: BTreeMap::new(),
            left_out: None,
        }
    }

    pub(crate) fn object(&self, kind: Kind, key: &ObjectKey) -> Option<&Decoded> {
        self.kinds.get(&kind)?.objects.get(key)
    }

    /// The first object of a kind that cannot be read.
    pub(crate) fn broken(&self, kind: Kind) -> Option<ObjectKey> {
        let mut objects = self.kinds.get(&kind)?.objects.iter();
        let (key, _) = objects.find(|(_, object)| object.is_err())?;
        Some(key.clone())
    }

    /// Keys of a kind's objects.
    pub(crate) fn keys(&self, kind: Kind) -> Vec<ObjectKey> {
        let listing = self.kinds.get(&kind);
        listing
            .into_iter()
            .flat_map(|listing| listing.objects.keys().cloned())
            .collect()
    }

    pub(crate) fn apply(&mut self, delta: &Delta) {
        let before = self.requests();
        self.apply_present(delta);
        let after = self.requests();
        for (id, request) in &before {
            if !after.contains_key(id) {
                self.gone.insert(id.clone(), request.clone());
            }
        }
        if let Delta::Recalled(csr) = delta {
            let id = (csr.meta.name.clone(), csr.meta.uid.clone());
            // What was seen is known better, for as long as it is good.
            if !self
                .gone
                .get(&id)
                .is_some_and(|seen| is_good(seen, self.now))
            {
                let recalled = Object::Csr(csr.as_ref().clone());
                self.gone.insert(id, Ok(Box::new(recalled)));
            }
        }
        self.gone.retain(|id, _| !after.contains_key(id));
    }

    /// Requests that are there and can be read, by name and uid.
    fn requests(&self) -> BTreeMap<(Text, Text), Decoded> {
        let listing = self.kinds.get(&Kind::CertificateSigningRequest);
        let objects = listing.into_iter().flat_map(|listing| &listing.objects);
        objects
            .filter_map(|(key, object)| {
                let uid = object.as_ref().ok()?.meta().uid.clone();
                Some(((key.name.clone(), uid), object.clone()))
            })
            .collect()
    }

    fn apply_present(&mut self, delta: &Delta) {
        match delta {
            Delta::Relist(kind) => self.kind(*kind).mentioned.clear(),
            Delta::Upsert { kind, key, object } => {
                let listing = self.kind(*kind);
                listing.mentioned.insert(key.clone());
                listing.objects.insert(key.clone(), object.clone());
            }
            Delta::Delete { kind, key } => {
                self.kind(*kind).objects.remove(key);
            }
            Delta::Listed(kind) => {
                let Listing {
                    objects,
                    mentioned,
                    seen,
                    outage,
                } = self.kind(*kind);
                objects.retain(|key, _| mentioned.contains(key));
                *seen = true;
                *outage = None;
            }
            Delta::Lost {
                kind,
                reason,
                at,
                message,
            } => {
                let listing = self.kind(*kind);
                let after_sight = listing.seen;
                listing.seen = false;
                let outage = listing.outage.get_or_insert_with(|| Outage {
                    since: *at,
                    after_sight,
                    reason: *reason,
                    message: message.clone(),
                });
                if outage.reason != *reason {
                    outage.reason = *reason;
                    outage.message = message.clone();
                }
            }
            Delta::Collected(evidence) => {
                if let Some(said) = self.said(&evidence.key()) {
                    said.answer = Some(evidence.clone());
                    said.failure = None;
                }
            }
            Delta::NotCollected { key, blind } => {
                if let Some(said) = self.said(key) {
                    said.failure = Some(blind.clone());
                }
            }
            Delta::LeftOut(until) => self.left_out = self.left_out.max(Some(*until)),
            Delta::Recalled(_) | Delta::RoundEnded(_) => {}
        }
        // What was said of a node or namespace goes with it.
        let mut said = std::mem::take(&mut self.said);
        said.retain(|key, _| {
            about(key).is_none_or(|(kind, object)| self.object(kind, &object).is_some())
        });
        self.said = said;
    }

    /// What is said of a node or namespace that nobody knows is not kept.
    fn said(&mut self, key: &EvidenceKey) -> Option<&mut Said> {
        let known = about(key).is_none_or(|(kind, object)| self.object(kind, &object).is_some());
        known.then(|| self.said.entry(key.clone()).or_default())
    }

    fn kind(&mut self, kind: Kind) -> &mut Listing {
        self.kinds.entry(kind).or_default()
    }

    /// An inventory that was never told anything but this, at `now`; pods before their owners if `backwards`.
    pub(crate) fn fresh(&self, now: DateTime<Utc>, backwards: bool) -> Inventory {
        let mut deltas = Vec::new();
        for (kind, listing) in &self.kinds {
            for (key, object) in &listing.objects {
                deltas.push(Delta::Upsert {
                    kind: *kind,
                    key: key.clone(),
                    object: object.clone(),
                });
            }
        }
        if backwards {
            deltas.reverse();
        }
        // What is gone was there, before all that is there now.
        let gone = self.gone.iter().flat_map(|((name, _), object)| {
            let kind = Kind::CertificateSigningRequest;
            let key = ObjectKey::new("", name.clone());
            let came = Delta::Upsert {
                kind,
                key: key.clone(),
                object: object.clone(),
            };
            [came, Delta::Delete { kind, key }]
        });
        let mut deltas: Vec<Delta> = gone.chain(deltas).collect();
        deltas.extend(self.left_out.map(Delta::LeftOut));
        for (kind, listing) in &self.kinds {
            let seen = listing
                .outage
                .as_ref()
                .map_or(listing.seen, |outage| outage.after_sight);
            if seen {
                deltas.push(Delta::Listed(*kind));
            }
            if let Some(outage) = &listing.outage {
                deltas.push(Delta::Lost {
                    kind: *kind,
                    reason: outage.reason,
                    at: outage.since,
                    message: outage.message.clone(),
                });
            }
        }
        for (key, said) in &self.said {
            deltas.extend(said.answer.clone().map(Delta::Collected));
            deltas.extend(said.failure.clone().map(|blind| Delta::NotCollected {
                key: key.clone(),
                blind,
            }));
        }
        let mut inventory = Inventory::new(now);
        for delta in deltas {
            inventory.apply(delta, &mut Changes::default());
        }
        inventory
    }
}

fn is_good(request: &Decoded, now: DateTime<Utc>) -> bool {
    let object = request.as_ref().map(AsRef::as_ref);
    matches!(object, Ok(Object::Csr(csr)) if csr.good_until().is_some_and(|end| end > now))
}
