//! Whom rules of network policies admit, and which crowds that comes to.

use assay_inventory::view::{Direction, Family, LabelSelector, NetworkRule, Operator, Peer};

use crate::addresses::Addresses;

/// A crowd that a rule should not admit as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Crowd {
    /// Every peer inside and outside the cluster.
    Anyone,
    /// Every IPv4 address: nobody knows whether the cluster has any other.
    Ipv4,
    /// Every IPv6 address.
    Ipv6,
    /// Every pod of the cluster, but nobody outside.
    Pods,
}

impl Crowd {
    /// In words.
    pub(crate) const fn words(self, direction: Direction) -> &'static str {
        match (self, direction) {
            (Self::Anyone, Direction::Ingress) => "every source",
            (Self::Anyone, Direction::Egress) => "every destination",
            (Self::Ipv4, _) => "every IPv4 address",
            (Self::Ipv6, _) => "every IPv6 address",
            (Self::Pods, _) => "every pod of the cluster",
        }
    }
}

/// Whom a rule or several admit together.
#[derive(Debug, Clone, Default)]
pub(crate) struct Admitted {
    anyone: bool,
    every_pod: bool,
    addresses: Addresses,
}

impl Admitted {
    /// Whom one rule admits, whatever its ports.
    pub(crate) fn by(rule: &NetworkRule) -> Self {
        let mut all = Self::default();
        let Some(peers) = &rule.peers else {
            all.anyone = true;
            return all;
        };
        for peer in peers {
            all.extend(&Self::by_peer(peer));
        }
        all
    }

    /// Whom one peer of a rule stands for.
    pub(crate) fn by_peer(peer: &Peer) -> Self {
        let mut all = Self::default();
        match peer {
            Peer::Block(block) => all.addresses = Addresses::of(block),
            Peer::Pods {
                pods,
                namespaces: Some(namespaces),
            } => {
                let pods = pods.as_ref().is_none_or(LabelSelector::is_empty);
                all.every_pod = pods && selects_every_namespace(namespaces);
            }
            // Pods of the policy's own namespace.
            Peer::Pods { .. } => {}
        }
        all
    }

    /// Adds whom another admits.
    pub(crate) fn extend(&mut self, other: &Self) {
        self.anyone |= other.anyone;
        self.every_pod |= other.every_pod;
        self.addresses.extend(&other.addresses);
    }

    /// Whether a rule without peers is among them.
    pub(crate) fn anyone(&self) -> bool {
        self.anyone
    }

    /// The addresses among them.
    pub(crate) fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// The crowds among them; with anyone, there is no other.
    pub(crate) fn crowds(&self) -> Vec<Crowd> {
        if self.anyone {
            return vec![Crowd::Anyone];
        }
        [
            (Crowd::Ipv4, self.addresses.is_everything(Family::V4)),
            (Crowd::Ipv6, self.addresses.is_everything(Family::V6)),
            (Crowd::Pods, self.every_pod),
        ]
        .into_iter()
        .filter_map(|(crowd, admitted)| admitted.then_some(crowd))
        .collect()
    }

    /// Whether it brings anything to this crowd.
    pub(crate) fn adds_to(&self, crowd: Crowd) -> bool {
        match crowd {
            Crowd::Anyone => self.anyone,
            Crowd::Ipv4 => self.addresses.has_any(Family::V4),
            Crowd::Ipv6 => self.addresses.has_any(Family::V6),
            Crowd::Pods => self.every_pod,
        }
    }
}

/// Every namespace carries its name as a label, so that asking for the label alone selects all.
fn selects_every_namespace(selector: &LabelSelector) -> bool {
    selector.requirements.iter().all(|requirement| {
        requirement.operator == Operator::Exists
            && requirement.key.as_ref() == "kubernetes.io/metadata.name"
    })
}
