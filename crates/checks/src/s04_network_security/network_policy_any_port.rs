//! A rule that names its peers and no port opens every service that will ever run behind it.

use assay_inventory::view::{NetworkPolicy, Peer, Protocol};

use crate::isolation::rules;
use crate::judging::{found, in_pod};
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[], Judge::NetworkPolicy(judge));

fn judge(policy: &NetworkPolicy, _cx: &Cx<'_>) -> Judgement {
    let name = format!(
        "NetworkPolicy {}/{}",
        policy.meta.namespace, policy.meta.name
    );
    let mut details = Vec::new();
    for placed in rules(policy) {
        let rule = placed.rule;
        // Whom a rule without peers admits is for other checks.
        let Some(peers) = &rule.peers else {
            continue;
        };
        if peers.iter().all(is_own) {
            continue;
        }
        let ports = format!("{}.ports", placed.at);
        if rule.ports.is_none() {
            details.push(in_pod(ports, "unset (every port)"));
            continue;
        }
        let whole = Protocol::ALL.into_iter().filter(|all| rule.opens_all(*all));
        details.extend(whole.map(|all| in_pod(&ports, format!("every port of {}", all.as_str()))));
    }
    Ok(found(&name, details, "name the ports that these peers need"))
}

/// Pods of the policy's own namespace trust each other by the namespace they share.
fn is_own(peer: &Peer) -> bool {
    matches!(
        peer,
        Peer::Pods {
            namespaces: None,
            ..
        }
    )
}
