//! A certificate that nobody renews is made to live long.

use assay_inventory::Relation;
use assay_inventory::view::Node;

use crate::kubelet::greeted;
use crate::serving_certificate::age;
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[Relation::KubeletTls], Judge::Node(judge));

fn judge(node: &Node, cx: &Cx<'_>) -> Judgement {
    greeted(node, cx, |handshake| {
        Ok(age(cx, &format!("Node {}", node.meta.name), handshake))
    })
}
