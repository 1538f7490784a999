//! What servers show to whoever knocks.

use chrono::TimeDelta;

use super::Facts;
use crate::view::Node;
use crate::{ApiServerTls, Blind, EvidenceKey, EvidenceKind, Handshake, KubeletProbe, Relation};

impl<'a> Facts<'a> {
    /// How a node's kubelet answered a stranger, as [`kubelet_config`](Self::kubelet_config).
    ///
    /// # Errors
    /// As [`kubelet_config`](Self::kubelet_config).
    pub fn kubelet_probe(
        &self,
        node: &Node,
        max_age: TimeDelta,
    ) -> Result<Option<&'a KubeletProbe>, Blind> {
        let key = EvidenceKey::node(EvidenceKind::KubeletProbe, &node.meta.name);
        let probe = self.evidence(Relation::KubeletProbe, &key, max_age, pick!(KubeletProbe));
        self.expected_of(node, probe)
    }

    /// What a node's kubelet showed in a TLS handshake, as [`kubelet_config`](Self::kubelet_config).
    ///
    /// # Errors
    /// As [`kubelet_config`](Self::kubelet_config).
    pub fn kubelet_tls(
        &self,
        node: &Node,
        max_age: TimeDelta,
    ) -> Result<Option<&'a Handshake>, Blind> {
        let key = EvidenceKey::node(EvidenceKind::KubeletTls, &node.meta.name);
        let handshake = self.evidence(Relation::KubeletTls, &key, max_age, pick!(KubeletTls));
        self.expected_of(node, handshake)
    }

    /// What the API server showed in TLS handshakes, if that was seen within `max_age`.
    ///
    /// # Errors
    /// [`Blind`] while there is no answer, or none young enough.
    pub fn api_server_tls(&self, max_age: TimeDelta) -> Result<&'a ApiServerTls, Blind> {
        let key = EvidenceKey::cluster(EvidenceKind::ApiServerTls);
        self.evidence(Relation::ApiServerTls, &key, max_age, pick!(ApiServerTls))
    }
}
