//! A serving certificate that is not asked for is laid there by hand, or signed by the kubelet itself.

use assay_inventory::view::Node;
use assay_inventory::Relation;

use crate::kubelet::configured;
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[Relation::KubeletConfig], Judge::Node(judge));

fn judge(node: &Node, cx: &Cx<'_>) -> Judgement {
    configured(node, cx, |config| {
        (!config.server_tls_bootstrap).then(|| {
            "serverTLSBootstrap false, so that it does not ask the cluster's authority for its serving certificate; set it to true and approve its requests".to_owned()
        })
    })
}
