//! `NetworkPolicies`, as `networking.k8s.io/v1` defines their meaning.

use serde::Deserialize;

use super::meta::RawMeta;
use super::selector::RawSelector;
use super::{LabelSelector, Meta, Text};

/// A direction of traffic, seen from the pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
pub enum Direction {
    /// Into the pod.
    Ingress,
    /// Out of the pod.
    Egress,
}

/// A `NetworkPolicy`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NetworkPolicy {
    /// Metadata.
    pub meta: Meta,
    /// Pods of its namespace it applies to.
    pub pods: LabelSelector,
    /// Whether it isolates the selected pods for ingress (`policyTypes`, defaulted: always).
    pub isolates_ingress: bool,
    /// Whether it isolates them for egress (`policyTypes`, defaulted: only with an `egress` section).
    pub isolates_egress: bool,
    /// What it lets in.
    pub ingress: Vec<PolicyRule>,
    /// What it lets out.
    pub egress: Vec<PolicyRule>,
}

/// One allow rule.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PolicyRule {
    /// Who is allowed; `None` means anyone (`from`/`to` missing or empty).
    pub peers: Option<Vec<Peer>>,
    /// Whether it is limited to ports; without, every port of every protocol is open.
    pub limited_to_ports: bool,
}

/// One allowed peer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Peer {
    /// Pods by label, in the policy's namespace or in those the second selector names.
    Pods {
        /// Which pods; missing means all pods of the namespaces.
        pods: Option<LabelSelector>,
        /// Which namespaces; missing means the policy's own.
        namespaces: Option<LabelSelector>,
    },
    /// Addresses.
    Block(IpBlock),
}

/// A range of addresses.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct IpBlock {
    /// Range in CIDR notation.
    pub cidr: Text,
    /// Ranges cut out of it.
    #[serde(default)]
    pub except: Option<Vec<Text>>,
}

impl NetworkPolicy {
    /// Whether it isolates the selected pods in this direction.
    #[must_use]
    pub fn isolates(&self, direction: Direction) -> bool {
        match direction {
            Direction::Ingress => self.isolates_ingress,
            Direction::Egress => self.isolates_egress,
        }
    }

    /// Rules of this direction; without meaning unless it [`isolates`](Self::isolates).
    #[must_use]
    pub fn rules(&self, direction: Direction) -> &[PolicyRule] {
        match direction {
            Direction::Ingress => &self.ingress,
            Direction::Egress => &self.egress,
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct RawPolicy {
    metadata: RawMeta,
    spec: Option<RawSpec>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct RawSpec {
    pod_selector: Option<RawSelector>,
    policy_types: Option<Vec<Direction>>,
    ingress: Option<Vec<RawRule>>,
    egress: Option<Vec<RawRule>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawRule {
    from: Option<Vec<RawPeer>>,
    to: Option<Vec<RawPeer>>,
    ports: Option<Vec<serde::de::IgnoredAny>>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct RawPeer {
    pod_selector: Option<RawSelector>,
    namespace_selector: Option<RawSelector>,
    ip_block: Option<IpBlock>,
}

impl From<RawPeer> for Peer {
    fn from(raw: RawPeer) -> Self {
        match raw.ip_block {
            Some(block) => Self::Block(block),
            None => Self::Pods {
                pods: raw.pod_selector.map(Into::into),
                namespaces: raw.namespace_selector.map(Into::into),
            },
        }
    }
}

fn rules(
    raw: Option<Vec<RawRule>>,
    peers: fn(&mut RawRule) -> Option<Vec<RawPeer>>,
) -> Vec<PolicyRule> {
    raw.into_iter()
        .flatten()
        .map(|mut rule| PolicyRule {
            peers: peers(&mut rule)
                .filter(|peers| !peers.is_empty())
                .map(|peers| peers.into_iter().map(Into::into).collect()),
            limited_to_ports: rule.ports.is_some_and(|ports| !ports.is_empty()),
        })
        .collect()
}

impl From<RawPolicy> for NetworkPolicy {
    fn from(raw: RawPolicy) -> Self {
        let spec = raw.spec.unwrap_or_default();
        let types = spec.policy_types.filter(|types| !types.is_empty());
        let isolates = |direction, by_default| {
            types
                .as_ref()
                .map_or(by_default, |types| types.contains(&direction))
        };
        let has_egress = spec.egress.as_ref().is_some_and(|rules| !rules.is_empty());
        Self {
            meta: raw.metadata.into_meta(),
            isolates_ingress: isolates(Direction::Ingress, true),
            isolates_egress: isolates(Direction::Egress, has_egress),
            pods: spec.pod_selector.unwrap_or_default().into(),
            ingress: rules(spec.ingress, |rule| rule.from.take()),
            egress: rules(spec.egress, |rule| rule.to.take()),
        }
    }
}
