//! Deltas: everything that can happen to the inventory.

use chrono::{DateTime, Utc};

use crate::view::{Csr, Object, Text};
use crate::{Blind, DecodeError, Evidence, EvidenceKey, EvidenceKind, Kind, ObjectKey, Reason};

/// One thing that happened.
#[derive(Debug, Clone)]
pub enum Delta {
    /// A list of this kind begins: what it does not mention by [`Delta::Listed`] is gone.
    Relist(Kind),
    /// An object is there, new or changed, or cannot be read.
    Upsert {
        /// Its kind.
        kind: Kind,
        /// Its key.
        key: ObjectKey,
        /// Its view, or why it has none.
        object: Result<Box<Object>, DecodeError>,
    },
    /// An object is gone.
    Delete {
        /// Its kind.
        kind: Kind,
        /// Its key.
        key: ObjectKey,
    },
    /// The list that began with [`Delta::Relist`] is whole; the kind is seen from now on.
    Listed(Kind),
    /// The watch of this kind failed.
    Lost {
        /// The kind.
        kind: Kind,
        /// Forbidden or Unreachable.
        reason: Reason,
        /// When.
        at: DateTime<Utc>,
        /// The error.
        message: Text,
    },
    /// Somebody who looked earlier saw this request issued a login: see [`crate::Inventory::logins`].
    Recalled(Box<Csr>),
    /// Whoever looked earlier had no room for all of them; those left out are good until then at most.
    LeftOut(DateTime<Utc>),
    /// A source has answered.
    Collected(Evidence),
    /// A source did not answer; earlier evidence stands until it is too old.
    NotCollected {
        /// Of what nothing was learned.
        key: EvidenceKey,
        /// Why, and the way out.
        blind: Blind,
    },
    /// A collector has asked everything there is to ask once.
    RoundEnded(EvidenceKind),
}
