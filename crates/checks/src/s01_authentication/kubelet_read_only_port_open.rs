//! Whether the read-only port is open shows best by knocking.

use assay_inventory::view::Node;
use assay_inventory::{PlainPort, Relation};

use crate::kubelet::asked_as_a_stranger;
use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(&[Relation::KubeletProbe], Judge::Node(judge));

fn judge(node: &Node, cx: &Cx<'_>) -> Judgement {
    asked_as_a_stranger(node, cx, |probe| match &probe.read_only {
        Ok(PlainPort::Answers(200)) => Ok(Violation::fail(format!(
            "Node {}: its port 10255 answers 200 to GET /pods without credentials; set readOnlyPort: 0 in the configuration of its kubelet",
            node.meta.name
        ))),
        // Something else listens there: it does not tell of pods.
        Ok(PlainPort::Closed | PlainPort::Answers(_)) => Ok(Outcome::Pass),
        Err(blind) => Err(blind.clone()),
    })
}
