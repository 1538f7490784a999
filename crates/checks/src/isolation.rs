//! Which pods the network isolates, as `networking.k8s.io/v1` defines it: for 4.1 and whoever builds on it.
//!
//! Policies add up. A pod that some policy isolates is denied what no policy allows, so that one rule which allows
//! everyone undoes whatever the others deny.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use assay_inventory::view::{Direction, Namespace, NetworkPolicy, NetworkRule, Peer, Protocol};

use crate::admitted::{Admitted, Crowd};
use crate::judging::in_pod;
use crate::{Cx, Detail, Judgement, Outcome, Violation};

/// A policy that isolates, and whom it admits on every port of a protocol.
struct Opening<'a> {
    policy: &'a NetworkPolicy,
    wide: BTreeMap<Protocol, Admitted>,
}

impl<'a> Opening<'a> {
    fn of(policy: &'a NetworkPolicy, direction: Direction) -> Self {
        let mut wide: BTreeMap<Protocol, Admitted> = BTreeMap::new();
        for rule in policy.rules(direction) {
            for protocol in Protocol::ALL {
                if rule.opens_all(protocol) {
                    wide.entry(protocol)
                        .or_default()
                        .extend(&Admitted::by(rule));
                }
            }
        }
        Self { policy, wide }
    }
}

/// A crowd that policies let through on every port of some protocols.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Breach {
    /// The policies, in words.
    policies: String,
    crowd: Crowd,
    /// `every port`, `every TCP port` …
    ports: String,
}

/// What policies that select the same pods open together.
fn breaches(namespace: &str, openings: &[&Opening<'_>]) -> BTreeSet<Breach> {
    // Most namespaces: policies that deny, and open a few ports to a few.
    if openings.iter().all(|opening| opening.wide.is_empty()) {
        return BTreeSet::new();
    }
    let mut protocols: BTreeMap<(String, Crowd), Vec<Protocol>> = BTreeMap::new();
    for protocol in Protocol::ALL {
        let wide: Vec<(&NetworkPolicy, &Admitted)> = openings
            .iter()
            .filter_map(|opening| Some((opening.policy, opening.wide.get(&protocol)?)))
            .collect();
        let mut together = Admitted::default();
        for (_, admitted) in &wide {
            together.extend(admitted);
        }
        for crowd in together.crowds() {
            let alone = wide
                .iter()
                .find(|(_, admitted)| admitted.crowds().contains(&crowd));
            let policies = match alone {
                Some((policy, _)) => format!("NetworkPolicy {namespace}/{}", policy.meta.name),
                None => several(
                    wide.iter()
                        .filter(|(_, admitted)| admitted.adds_to(crowd))
                        .map(|(policy, _)| format!("{namespace}/{}", policy.meta.name)),
                ),
            };
            protocols
                .entry((policies, crowd))
                .or_default()
                .push(protocol);
        }
    }
    protocols
        .into_iter()
        .map(|((policies, crowd), protocols)| Breach {
            policies,
            crowd,
            ports: ports(&protocols),
        })
        .collect()
}

/// Policies that only together admit a crowd.
fn several(names: impl Iterator<Item = String>) -> String {
    const SHOWN: usize = 3;
    let names: Vec<String> = names.collect();
    let more = if names.len() > SHOWN {
        " and others"
    } else {
        ""
    };
    let shown: Vec<&str> = names.iter().take(SHOWN).map(String::as_str).collect();
    format!("NetworkPolicies {}{more} together", shown.join(" and "))
}

fn ports(protocols: &[Protocol]) -> String {
    if protocols == Protocol::ALL {
        return "every port".to_owned();
    }
    let names: Vec<&str> = protocols.iter().map(|protocol| protocol.as_str()).collect();
    format!("every {} port", names.join(" and "))
}

impl Breach {
    /// `lets every source reach Deployment shop/web on every port`
    fn of(&self, pods: impl fmt::Display, direction: Direction) -> String {
        let Self {
            policies,
            crowd,
            ports,
        } = self;
        let verb = if policies.starts_with("NetworkPolicies") {
            "let"
        } else {
            "lets"
        };
        let crowd = crowd.words(direction);
        match direction {
            Direction::Ingress => format!("{policies} {verb} {crowd} reach {pods} on {ports}"),
            Direction::Egress => format!("{policies} {verb} {pods} reach {crowd} on {ports}"),
        }
    }
}

fn openings<'a>(policies: &[&'a NetworkPolicy], direction: Direction) -> Vec<Opening<'a>> {
    policies
        .iter()
        .filter(|policy| policy.isolates(direction))
        .map(|policy| Opening::of(policy, direction))
        .collect()
}

/// Whether every pod of the namespace denies by default in this direction.
pub(crate) fn judge(namespace: &Namespace, direction: Direction, cx: &Cx<'_>) -> Judgement {
    if namespace.terminating {
        return Ok(Outcome::NotApplicable("is being deleted"));
    }
    let name = &namespace.meta.name;
    let pods = cx.pods(name)?;
    if pods.iter().all(|class| class.host_network) {
        return Ok(Outcome::NotApplicable("no pod on the pod network"));
    }
    let policies = cx.policies(name)?;
    let openings = openings(&policies, direction);
    let mut open = BTreeSet::new();
    let mut undone = BTreeSet::new();
    for class in pods.iter().filter(|class| !class.host_network) {
        let selecting: Vec<&Opening<'_>> = openings
            .iter()
            .filter(|opening| opening.policy.pods.matches(class.labels))
            .collect();
        if selecting.is_empty() {
            open.insert(class.workload.clone());
        }
        for breach in breaches(name, &selecting) {
            undone.insert((breach, class.workload.clone()));
        }
    }
    let message = match (open.first(), undone.first()) {
        (Some(workload), _) => format!(
            "no NetworkPolicy isolates {workload}{} for {direction:?}; add a policy with podSelector {{}} and policyTypes [{direction:?}] and no rules",
            others(open.len()),
        ),
        (None, Some((breach, workload))) => {
            let more = others(undone.len());
            format!(
                "{}; narrow that rule to the peers and ports that are needed",
                breach.of(format_args!("{workload}{more}"), direction),
            )
        }
        (None, None) => return Ok(Outcome::Pass),
    };
    let isolation = open.iter().map(|workload| {
        in_pod(
            workload.to_string(),
            format!("not isolated for {direction:?}"),
        )
    });
    let undoing = undone
        .iter()
        .map(|(breach, workload)| in_pod(workload.to_string(), breach.of("it", direction)));
    Ok(failed(name, message, isolation.chain(undoing).collect()))
}

fn failed(namespace: &str, message: impl fmt::Display, details: Vec<Detail>) -> Outcome {
    Outcome::Fail(Box::new(Violation {
        details,
        ..Violation::new(format!("Namespace {namespace}: {message}"))
    }))
}

fn others(all: usize) -> &'static str {
    if all > 1 {
        " and others (see details)"
    } else {
        ""
    }
}

/// Whether a pod that comes tomorrow, with whatever labels, would be denied by default.
///
/// Directions in which a pod of today is open already are left to [`judge`].
pub(crate) fn judge_newcomers(namespace: &Namespace, cx: &Cx<'_>) -> Judgement {
    const BY_DESIGN: [&str; 2] = ["kube-public", "kube-node-lease"];
    if namespace.terminating {
        return Ok(Outcome::NotApplicable("is being deleted"));
    }
    let name = &namespace.meta.name;
    let pods = cx.pods(name)?;
    if pods.is_empty() && BY_DESIGN.contains(&name.as_ref()) {
        return Ok(Outcome::NotApplicable(
            "a namespace of Kubernetes itself that holds no pods",
        ));
    }
    let policies = cx.policies(name)?;
    let mut reported = false;
    let mut missing: Vec<&str> = Vec::new();
    let mut fixes: Vec<String> = Vec::new();
    let mut details = Vec::new();
    for direction in [Direction::Ingress, Direction::Egress] {
        let openings = openings(&policies, direction);
        let mut reachable = pods.iter().filter(|class| !class.host_network);
        let exposed = reachable.any(|class| {
            let selecting: Vec<&Opening<'_>> = openings
                .iter()
                .filter(|opening| opening.policy.pods.matches(class.labels))
                .collect();
            selecting.is_empty() || !breaches(name, &selecting).is_empty()
        });
        if exposed {
            reported = true;
            continue;
        }
        let general: Vec<&Opening<'_>> = openings
            .iter()
            .filter(|opening| opening.policy.pods.is_empty())
            .collect();
        let field = format!("policyTypes[{direction:?}]");
        if general.is_empty() {
            missing.push(name_of(direction));
            details.push(in_pod(field, "in no NetworkPolicy with podSelector {}"));
            continue;
        }
        for breach in breaches(name, &general) {
            let breach = breach.of("any pod", direction);
            fixes.push(format!("{breach}: narrow that rule"));
            details.push(in_pod(field.clone(), breach));
        }
    }
    if details.is_empty() {
        return Ok(if reported {
            Outcome::NotApplicable(
                "pods of it are open today: see default-deny-ingress and default-deny-egress",
            )
        } else {
            Outcome::Pass
        });
    }
    if !missing.is_empty() {
        fixes.push(format!(
            "no NetworkPolicy with podSelector {{}} isolates for {}, so that a new pod is open: add one with policyTypes [{}] and no rules",
            missing.join(" and "),
            missing.join(", "),
        ));
    }
    Ok(failed(name, fixes.join("; "), details))
}

const fn name_of(direction: Direction) -> &'static str {
    match direction {
        Direction::Ingress => "Ingress",
        Direction::Egress => "Egress",
    }
}

/// The crowds that a policy's rules admit, on whatever ports: field and value of each.
pub(crate) fn crowds_by_rule(policy: &NetworkPolicy) -> Vec<Detail> {
    let mut details = Vec::new();
    for PlacedRule {
        direction,
        peers: at,
        rule,
        ..
    } in rules(policy)
    {
        for crowd in Admitted::by(rule).crowds() {
            let words = crowd.words(direction);
            let peers = rule.peers.iter().flatten().enumerate();
            let alone = peers
                .into_iter()
                .find(|(_, peer)| Admitted::by_peer(peer).crowds().contains(&crowd));
            details.push(match alone {
                _ if crowd == Crowd::Anyone => in_pod(at.clone(), format!("unset ({words})")),
                Some((index, Peer::Block(block))) => in_pod(
                    format!("{at}[{index}].ipBlock.cidr"),
                    format!("{} ({words})", block.cidr),
                ),
                Some((index, Peer::Pods { .. })) => {
                    in_pod(format!("{at}[{index}].namespaceSelector"), words)
                }
                None => in_pod(at.clone(), format!("{words}, its blocks together")),
            });
        }
    }
    details
}

/// A rule of a policy, and where it stands.
pub(crate) struct PlacedRule<'a> {
    pub(crate) direction: Direction,
    /// Path of the rule.
    pub(crate) at: String,
    /// Path of its peers.
    pub(crate) peers: String,
    pub(crate) rule: &'a NetworkRule,
}

/// Rules that mean something.
pub(crate) fn rules(policy: &NetworkPolicy) -> impl Iterator<Item = PlacedRule<'_>> {
    let directions = [
        (Direction::Ingress, "ingress", "from"),
        (Direction::Egress, "egress", "to"),
    ];
    directions
        .into_iter()
        .filter(|(direction, ..)| policy.isolates(*direction))
        .flat_map(|(direction, list, peers)| {
            let rules = policy.rules(direction).iter().enumerate();
            rules.map(move |(index, rule)| {
                let at = format!("spec.{list}[{index}]");
                let peers = format!("{at}.{peers}");
                PlacedRule {
                    direction,
                    at,
                    peers,
                    rule,
                }
            })
        })
}
