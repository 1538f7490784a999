//! A kubelet that does not ask who holds a token takes everyone for a stranger.

use assay_inventory::view::Node;
use assay_inventory::Relation;

use crate::kubelet::configured;
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[Relation::KubeletConfig], Judge::Node(judge));

fn judge(node: &Node, cx: &Cx<'_>) -> Judgement {
    configured(node, cx, |config| {
        (!config.webhook).then(|| {
            "authentication.webhook.enabled false, so that it knows no tokens and takes their holders for strangers; set it to true".to_owned()
        })
    })
}
