//! A kubelet that lets strangers in hands its node to whoever reaches its port.

use assay_inventory::Relation;
use assay_inventory::view::Node;

use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(&[Relation::KubeletConfig], Judge::Node(judge));

fn judge(node: &Node, cx: &Cx<'_>) -> Judgement {
    let Some(config) = cx.kubelet_config(node, cx.params.max_evidence_age)? else {
        return Ok(Outcome::NotApplicable("the node is not Ready, or not for ten minutes yet"));
    };
    if config.anonymous {
        return Ok(Violation::fail(format!(
            "Node {}: its kubelet has authentication.anonymous.enabled true, so that it answers requests without credentials as system:anonymous; set it to false",
            node.meta.name
        )));
    }
    Ok(Outcome::Pass)
}
