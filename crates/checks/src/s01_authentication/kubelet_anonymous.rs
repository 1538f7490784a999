//! A kubelet that lets strangers in hands its node to whoever reaches its port.

use assay_inventory::Relation;
use assay_inventory::view::Node;

use crate::kubelet::configured;
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[Relation::KubeletConfig], Judge::Node(judge));

fn judge(node: &Node, cx: &Cx<'_>) -> Judgement {
    configured(node, cx, |config| {
        config.anonymous.then(|| {
            "authentication.anonymous.enabled true, so that it answers requests without credentials as system:anonymous; set it to false".to_owned()
        })
    })
}
