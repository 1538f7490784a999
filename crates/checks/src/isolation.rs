//! Which pods the network isolates, as `networking.k8s.io/v1` defines it: for 4.1 and whoever builds on it.

use std::collections::BTreeSet;

use assay_inventory::view::{Direction, IpBlock, Namespace, NetworkPolicy, NetworkRule, Peer};

use crate::{Cx, Detail, Judgement, Outcome, Violation};

/// Whether every pod of the namespace denies by default in this direction.
pub(crate) fn judge(namespace: &Namespace, direction: Direction, cx: &Cx<'_>) -> Judgement {
    let name = &namespace.meta.name;
    let pods = cx.pods(name)?;
    let policies = cx.policies(name)?;
    let mut open = BTreeSet::new();
    let mut undone = BTreeSet::new();
    let mut reachable = false;
    for class in pods.iter().filter(|class| !class.host_network) {
        reachable = true;
        let mut isolated = false;
        for policy in &policies {
            if !policy.isolates(direction) || !policy.pods.matches(class.labels) {
                continue;
            }
            isolated = true;
            if allows_everything(policy, direction) {
                undone.insert((policy.meta.name.clone(), class.workload.clone()));
            }
        }
        if !isolated {
            open.insert(class.workload.clone());
        }
    }
    if !reachable {
        return Ok(Outcome::NotApplicable("no pod on the pod network"));
    }
    let (peer, field) = match direction {
        Direction::Ingress => ("source", "from"),
        Direction::Egress => ("destination", "to"),
    };
    let message = match (open.first(), undone.first()) {
        (Some(workload), _) => format!(
            "no NetworkPolicy isolates {}{} for {direction:?}; add a policy with podSelector {{}} and policyTypes [{direction:?}] and no rules",
            workload,
            others(open.len()),
        ),
        (None, Some((policy, workload))) => format!(
            "NetworkPolicy {name}/{policy} allows every {peer} on every port to {workload}{}; remove the rule without {field} and ports, or narrow it",
            others(undone.len()),
        ),
        (None, None) => return Ok(Outcome::Pass),
    };
    let isolation = open.iter().map(|workload| Detail {
        container: "".into(),
        field: workload.to_string(),
        value: format!("not isolated for {direction:?}"),
    });
    let undoing = undone.iter().map(|(policy, workload)| Detail {
        container: "".into(),
        field: workload.to_string(),
        value: format!("opened by NetworkPolicy {name}/{policy}"),
    });
    Ok(Outcome::Fail(Box::new(Violation {
        details: isolation.chain(undoing).collect(),
        ..Violation::new(format!("Namespace {name}: {message}"))
    })))
}

fn others(all: usize) -> &'static str {
    if all > 1 {
        " and others (see details)"
    } else {
        ""
    }
}

/// Whether some rule of the policy allows every peer on every port in this direction.
pub(crate) fn allows_everything(policy: &NetworkPolicy, direction: Direction) -> bool {
    policy
        .rules(direction)
        .iter()
        .any(|rule| !rule.limited_to_ports && any_peer(rule))
}

/// Whether a rule allows every peer: no peers at all, or all addresses. Two blocks that are halves of it count too.
pub(crate) fn any_peer(rule: &NetworkRule) -> bool {
    let Some(peers) = &rule.peers else {
        return true;
    };
    let whole = |range: &str| {
        peers.iter().any(|peer| match peer {
            Peer::Block(IpBlock { cidr, except }) => {
                cidr.as_ref() == range && except.as_ref().is_none_or(Vec::is_empty)
            }
            Peer::Pods { .. } => false,
        })
    };
    whole("0.0.0.0/0") || (whole("0.0.0.0/1") && whole("128.0.0.0/1")) || whole("::/0")
}
