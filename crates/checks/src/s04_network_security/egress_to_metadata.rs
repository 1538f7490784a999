//! The metadata service of a cloud hands the node's own credentials to whoever can ask it.

use assay_inventory::view::{Cidr, Direction, NetworkPolicy, Protocol};

use crate::admitted::Admitted;
use crate::isolation::rules;
use crate::judging::{found, in_pod};
use crate::{Cx, Judge, Judgement, Outcome, Rule};

pub(super) const RULE: Rule = Rule::new(&[], Judge::NetworkPolicy(judge));

/// Where clouds answer: most of them, task roles of AWS, AWS over IPv6.
const METADATA: [&str; 3] = ["169.254.169.254", "169.254.170.2", "fd00:ec2::254"];

/// It is served in plain HTTP only.
const PORT: u16 = 80;

fn judge(policy: &NetworkPolicy, _cx: &Cx<'_>) -> Judgement {
    if !policy.isolates(Direction::Egress) {
        return Ok(Outcome::NotApplicable("says nothing about egress"));
    }
    let mut details = Vec::new();
    for placed in rules(policy) {
        let rule = placed.rule;
        if placed.direction != Direction::Egress || !rule.opens(Protocol::Tcp, PORT) {
            continue;
        }
        let admitted = Admitted::by(rule);
        let reached: Vec<&str> = METADATA
            .into_iter()
            .filter(|address| admitted.anyone() || holds(&admitted, address))
            .collect();
        if !reached.is_empty() {
            details.push(in_pod(placed.peers, format!("open to {}", reached.join(", "))));
        }
    }
    let name = format!(
        "NetworkPolicy {}/{}",
        policy.meta.namespace, policy.meta.name
    );
    Ok(found(
        &name,
        details,
        "cut these addresses out under ipBlock.except, or name the destinations that are needed",
    ))
}

fn holds(admitted: &Admitted, address: &str) -> bool {
    let prefix = if address.contains(':') { 128 } else { 32 };
    let range = format!("{address}/{prefix}").parse::<Cidr>();
    range.is_ok_and(|range| admitted.addresses().holds(&range))
}
