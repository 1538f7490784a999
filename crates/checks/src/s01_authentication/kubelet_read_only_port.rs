//! The read-only port knows no callers at all.

use assay_inventory::view::Node;
use assay_inventory::Relation;

use crate::kubelet::configured;
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[Relation::KubeletConfig], Judge::Node(judge));

fn judge(node: &Node, cx: &Cx<'_>) -> Judgement {
    configured(node, cx, |config| {
        (config.read_only_port != 0).then(|| {
            format!(
                "readOnlyPort {}, on which it tells its pods and their specs to whoever asks; set it to 0",
                config.read_only_port
            )
        })
    })
}
