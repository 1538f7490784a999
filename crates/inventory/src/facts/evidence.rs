//! What sources told, as far as it is young enough.

use chrono::TimeDelta;

use super::Facts;
use crate::view::Node;
use crate::{
    AccessAnswers, AnonymousProbe, Blind, EvidenceKey, EvidenceKind, Fact, IdentityMap,
    KubeletConfig, Per, Reason, Relation, RelationKey,
};

/// How long a node has to have been Ready before what a source does not say of it counts as missing.
pub const NODE_PATIENCE: TimeDelta = TimeDelta::minutes(10);

impl<'a> Facts<'a> {
    /// How the API server answered a stranger, if that was seen within `max_age`.
    ///
    /// # Errors
    /// [`Blind`] while there is no answer, or none young enough.
    pub fn anonymous_probe(&self, max_age: TimeDelta) -> Result<&'a AnonymousProbe, Blind> {
        let key = EvidenceKey::cluster(EvidenceKind::AnonymousProbe);
        self.evidence(
            Relation::AnonymousProbe,
            &key,
            max_age,
            pick!(AnonymousProbe),
        )
    }

    /// The effective configuration of a node's kubelet, if that was seen within `max_age`. `None` while nothing is to be
    /// expected of it: the node is not Ready, or has not been for [`NODE_PATIENCE`].
    ///
    /// # Errors
    /// [`Blind`] while nodes cannot be seen, or there is no answer, or none young enough.
    pub fn kubelet_config(
        &self,
        node: &Node,
        max_age: TimeDelta,
    ) -> Result<Option<&'a KubeletConfig>, Blind> {
        let key = EvidenceKey::node(EvidenceKind::KubeletConfig, &node.meta.name);
        let config = self.evidence(Relation::KubeletConfig, &key, max_age, pick!(KubeletConfig));
        self.expected_of(node, config)
    }

    /// What the cluster maps its cloud's identities to, if that was seen within `max_age`.
    ///
    /// # Errors
    /// [`Blind`] while there is no answer, or none young enough.
    pub fn identity_map(&self, max_age: TimeDelta) -> Result<&'a IdentityMap, Blind> {
        let key = EvidenceKey::cluster(EvidenceKind::IdentityMap);
        self.evidence(Relation::IdentityMap, &key, max_age, pick!(IdentityMap))
    }

    /// What authorizers say of callers without a name, if that was seen within `max_age`.
    ///
    /// # Errors
    /// [`Blind`] while there is no answer, or none young enough.
    pub fn access_answers(&self, max_age: TimeDelta) -> Result<&'a AccessAnswers, Blind> {
        let key = EvidenceKey::cluster(EvidenceKind::AccessReviews);
        self.evidence(Relation::AccessReviews, &key, max_age, pick!(AccessAnswers))
    }

    /// What is missing of a node that is not Ready, or not yet for long, is not missing. What was known of it and is too old is:
    /// otherwise a node that falters would end what was found on it.
    pub(super) fn expected_of<T>(
        &self,
        node: &Node,
        found: Result<T, Blind>,
    ) -> Result<Option<T>, Blind> {
        match found {
            Ok(found) => Ok(Some(found)),
            Err(blind) if blind.reason == Reason::Stale => Err(blind),
            Err(blind) => match node.ready_since {
                Some(since) if self.has_passed(since, NODE_PATIENCE) => Err(blind),
                _ => Ok(None),
            },
        }
    }

    /// What a source told last, if it is young enough.
    pub(super) fn evidence<T>(
        &self,
        relation: Relation,
        key: &EvidenceKey,
        max_age: TimeDelta,
        pick: impl FnOnce(&'a Fact) -> Option<&'a T>,
    ) -> Result<&'a T, Blind> {
        self.note(relation, RelationKey::Evidence(key.clone()))?;
        let none_yet = || Blind::new(Reason::FirstPass, "not collected yet");
        let collected = match self.inventory.collected(key) {
            Some(collected) => collected,
            None if key.kind.per() == Per::Cluster => return Err(none_yet()),
            // Of each for itself nothing was said: perhaps nobody is asked at all.
            None => {
                let of_all = EvidenceKey::cluster(key.kind);
                self.note(relation, RelationKey::Evidence(of_all.clone()))?;
                self.inventory.collected(&of_all).ok_or_else(none_yet)?
            }
        };
        let Some(evidence) = &collected.last else {
            return Err(collected.missing());
        };
        if self.has_passed(evidence.at, max_age) {
            let why = collected
                .failure
                .as_ref()
                .map_or("", |failure| failure.message.as_ref());
            return Err(Blind::new(
                Reason::Stale,
                format!("the last good answer of {key} is older than maxEvidenceAge {why}")
                    .trim_end(),
            ));
        }
        pick(&evidence.fact).ok_or_else(none_yet)
    }
}
