//! What a kubelet takes counts, whatever its settings say.

use assay_inventory::view::Node;
use assay_inventory::{Blind, Reason, Relation};

use crate::kubelet::greeted;
use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(&[Relation::KubeletTls], Judge::Node(judge));

fn judge(node: &Node, cx: &Cx<'_>) -> Judgement {
    greeted(node, cx, |handshake| match handshake.old_tls {
        Some(false) => Ok(Outcome::Pass),
        Some(true) => Ok(Violation::fail(format!(
            "Node {}: its kubelet takes TLS 1.0 or 1.1; set tlsMinVersion: VersionTLS12 or later in its configuration",
            node.meta.name
        ))),
        None => Err(Blind::new(
            Reason::Unreachable,
            format!("the server at {} does not tell whether it takes TLS 1.1", handshake.address),
        )),
    })
}
