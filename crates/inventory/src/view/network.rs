//! `NetworkPolicies`, as `networking.k8s.io/v1` defines their meaning.

use serde::Deserialize;

use super::meta::RawMeta;
use super::selector::RawSelector;
use super::{Cidr, LabelSelector, Meta, Text};
use crate::view::object::{objects, objects_or_null};

objects_or_null!(RawPolicy, RawSpec, RawRule, RawPort, RawPeer);
objects!(IpBlock);

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
    /// What it is limited to; `None` means every port of every protocol (`ports` missing or empty).
    pub ports: Option<Vec<PolicyPort>>,
}

/// Ports a rule is limited to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyPort {
    /// Port numbers of one protocol: all of them where the rule names none.
    Numbers {
        /// The protocol; TCP where the rule names none.
        protocol: Protocol,
        /// The first.
        first: u16,
        /// The last.
        last: u16,
    },
    /// A port that each pod names: some number, not known here.
    Named,
}

/// Protocols that policies know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// SCTP.
    Sctp,
}

impl Protocol {
    /// All that policies know.
    pub const ALL: [Self; 3] = [Self::Tcp, Self::Udp, Self::Sctp];

    /// As the API spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
            Self::Sctp => "SCTP",
        }
    }
}

impl PolicyRule {
    /// Whether it opens this port.
    #[must_use]
    pub fn opens(&self, protocol: Protocol, port: u16) -> bool {
        self.open_ranges(protocol)
            .any(|(first, last)| (first..=last).contains(&port))
    }

    /// Whether it opens every port of a protocol, in one range or several.
    #[must_use]
    pub fn opens_all(&self, protocol: Protocol) -> bool {
        let mut ranges: Vec<(u16, u16)> = self.open_ranges(protocol).collect();
        ranges.sort_unstable();
        let beyond = ranges.into_iter().fold(1_u32, |next, (first, last)| {
            if u32::from(first) <= next {
                next.max(u32::from(last) + 1)
            } else {
                next
            }
        });
        beyond > u32::from(u16::MAX)
    }

    fn open_ranges(&self, protocol: Protocol) -> impl Iterator<Item = (u16, u16)> {
        let unlimited = self.ports.is_none().then_some((0, u16::MAX));
        let listed = self.ports.iter().flatten();
        let listed = listed.filter_map(move |port| match port {
            PolicyPort::Numbers {
                protocol: of,
                first,
                last,
            } if *of == protocol => Some((*first, *last)),
            _ => None,
        });
        unlimited.into_iter().chain(listed)
    }
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
#[serde(remote = "Self")]
pub struct IpBlock {
    /// Range in CIDR notation.
    pub cidr: Cidr,
    /// Ranges cut out of it.
    #[serde(default)]
    pub except: Option<Vec<Cidr>>,
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
#[serde(remote = "Self", default)]
pub(crate) struct RawPolicy {
    metadata: RawMeta,
    spec: Option<RawSpec>,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default, rename_all = "camelCase")]
struct RawSpec {
    pod_selector: Option<RawSelector>,
    policy_types: Option<Vec<Direction>>,
    ingress: Option<Vec<RawRule>>,
    egress: Option<Vec<RawRule>>,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default)]
struct RawRule {
    from: Option<Vec<RawPeer>>,
    to: Option<Vec<RawPeer>>,
    ports: Option<Vec<RawPort>>,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default, rename_all = "camelCase")]
struct RawPort {
    protocol: Option<Protocol>,
    port: Option<RawNumber>,
    end_port: Option<u16>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawNumber {
    Number(u16),
    Name(#[allow(dead_code)] Text),
}

impl From<RawPort> for PolicyPort {
    fn from(raw: RawPort) -> Self {
        let (first, last) = match raw.port {
            None => (0, u16::MAX),
            Some(RawNumber::Number(port)) => (port, raw.end_port.unwrap_or(port)),
            Some(RawNumber::Name(_)) => return Self::Named,
        };
        Self::Numbers {
            protocol: raw.protocol.unwrap_or(Protocol::Tcp),
            first,
            last,
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default, rename_all = "camelCase")]
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
            ports: rule
                .ports
                .filter(|ports| !ports.is_empty())
                .map(|ports| ports.into_iter().map(Into::into).collect()),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(ports: &str) -> PolicyRule {
        let json = format!(r#"{{"spec": {{"ingress": [{{"ports": {ports}}}]}}}}"#);
        let raw: RawPolicy = serde_json::from_str(&json).unwrap();
        NetworkPolicy::from(raw).ingress.remove(0)
    }

    #[test]
    fn a_port_without_a_number_is_every_port_of_its_protocol() {
        let all = |ports: &str| Protocol::ALL.map(|protocol| rule(ports).opens_all(protocol));
        assert_eq!(all("[]"), [true, true, true]);
        assert_eq!(all("null"), [true, true, true]);
        assert_eq!(all("[{}]"), [true, false, false]);
        assert_eq!(all(r#"[{"protocol": "UDP"}]"#), [false, true, false]);
        assert_eq!(all(r#"[{"port": 443}]"#), [false, false, false]);
        assert_eq!(all(r#"[{"port": "https"}]"#), [false, false, false]);
        assert_eq!(
            all(r#"[{"port": 1, "endPort": 65535}]"#),
            [true, false, false]
        );
        assert_eq!(
            all(r#"[{"port": 30000, "endPort": 65535}, {"port": 1, "endPort": 29999}]"#),
            [true, false, false]
        );
        assert_eq!(
            all(r#"[{"port": 1, "endPort": 79}, {"port": 81, "endPort": 65535}]"#),
            [false, false, false]
        );
    }

    #[test]
    fn a_port_is_open_within_its_range_and_protocol() {
        let narrow = rule(r#"[{"port": 80, "endPort": 90}, {"protocol": "UDP", "port": 53}]"#);
        assert!(narrow.opens(Protocol::Tcp, 85));
        assert!(!narrow.opens(Protocol::Tcp, 91));
        assert!(narrow.opens(Protocol::Udp, 53));
        assert!(!narrow.opens(Protocol::Tcp, 53));
    }
}
