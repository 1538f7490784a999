//! A certificate that nobody renews is made to live long.

use assay_inventory::view::Node;
use assay_inventory::Relation;

use crate::kubelet::configured;
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[Relation::KubeletConfig], Judge::Node(judge));

fn judge(node: &Node, cx: &Cx<'_>) -> Judgement {
    configured(node, cx, |config| {
        (!config.rotate_certificates).then(|| {
            "rotateCertificates false, so that its client certificate is renewed by hand or not at all; set it to true".to_owned()
        })
    })
}
