//! A kubelet without an authority for client certificates cannot know the API server.

use assay_inventory::view::Node;
use assay_inventory::Relation;

use crate::kubelet::configured;
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[Relation::KubeletConfig], Judge::Node(judge));

fn judge(node: &Node, cx: &Cx<'_>) -> Judgement {
    configured(node, cx, |config| {
        config.client_ca_file.is_empty().then(|| {
            "authentication.x509.clientCAFile unset, so that it cannot know the API server from a stranger; set it to the file with the cluster's authority".to_owned()
        })
    })
}
