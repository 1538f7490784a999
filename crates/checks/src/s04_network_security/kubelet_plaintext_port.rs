//! What the read-only port tells, it tells without TLS.

use assay_inventory::view::Node;
use assay_inventory::Relation;

use crate::kubelet::configured;
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[Relation::KubeletConfig], Judge::Node(judge));

fn judge(node: &Node, cx: &Cx<'_>) -> Judgement {
    configured(node, cx, |config| {
        (config.read_only_port != 0).then(|| {
            format!(
                "readOnlyPort {}, which speaks HTTP without TLS; set it to 0",
                config.read_only_port
            )
        })
    })
}
