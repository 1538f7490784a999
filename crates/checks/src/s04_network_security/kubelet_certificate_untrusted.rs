//! A certificate that nobody can verify proves nothing.

use assay_inventory::view::Node;
use assay_inventory::{Relation, Trust};

use crate::judging::shown;
use crate::kubelet::greeted;
use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(&[Relation::KubeletTls], Judge::Node(judge));

fn judge(node: &Node, cx: &Cx<'_>) -> Judgement {
    greeted(node, cx, |handshake| {
        let certificate = &handshake.certificate;
        let begin = format!(
            "Node {}: its kubelet shows a certificate ({}) that is",
            node.meta.name,
            shown(&certificate.subject)
        );
        Ok(match handshake.trust {
            Trust::Vouched => Outcome::Pass,
            Trust::OtherName if certificate.names.is_empty() => Violation::fail(format!(
                "{begin} for no name at all; issue one for the address at which it is asked"
            )),
            Trust::OtherName => Violation::fail(format!(
                "{begin} for {} and not for the address at which it is asked; issue one for both",
                shown(&certificate.names.join(", "))
            )),
            Trust::Foreign => Violation::fail(format!(
                "{begin} not of the cluster's authority but of {}; set serverTLSBootstrap: true in its configuration and approve its certificate requests",
                shown(&certificate.issuer)
            )),
        })
    })
}
