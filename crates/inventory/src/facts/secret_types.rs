//! Which Secrets there are of the kinds that checks ask about.

use chrono::TimeDelta;

use super::Facts;
use crate::{Blind, EvidenceKey, EvidenceKind, ListedSecrets, Relation};

impl<'a> Facts<'a> {
    /// Secrets of certain kinds, if they were listed within `max_age`.
    ///
    /// # Errors
    /// [`Blind`] while there is no answer, or none young enough.
    pub fn listed_secrets(&self, max_age: TimeDelta) -> Result<&'a ListedSecrets, Blind> {
        let key = EvidenceKey::cluster(EvidenceKind::SecretTypes);
        self.evidence(Relation::SecretTypes, &key, max_age, pick!(ListedSecrets))
    }
}
