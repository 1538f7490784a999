//! On the day a certificate expires, nobody verifies it any more.

use assay_inventory::Relation;
use assay_inventory::view::Node;

use crate::kubelet::greeted;
use crate::serving_certificate::expiry;
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[Relation::KubeletTls], Judge::Node(judge));

fn judge(node: &Node, cx: &Cx<'_>) -> Judgement {
    greeted(node, cx, |handshake| {
        Ok(expiry(cx, &format!("Node {}", node.meta.name), handshake))
    })
}
