//! What a kubelet gives a stranger counts, whatever its settings say.

use assay_inventory::view::Node;
use assay_inventory::{Blind, Reason, Relation};

use crate::kubelet::asked_as_a_stranger;
use crate::{Cx, Judge, Judgement, Outcome, Rule, Severity, Violation};

pub(super) const RULE: Rule = Rule::new(&[Relation::KubeletProbe], Judge::Node(judge));

fn judge(node: &Node, cx: &Cx<'_>) -> Judgement {
    asked_as_a_stranger(node, cx, |probe| match probe.pods {
        401 => Ok(Outcome::Pass),
        200 => Ok(Violation::fail(format!(
            "Node {}: its kubelet answers 200 to GET /pods without credentials; set authentication.anonymous.enabled: false and authorization.mode: Webhook in its configuration",
            node.meta.name
        ))),
        403 => Ok(Outcome::Fail(Box::new(Violation {
            severity: Some(Severity::High),
            ..Violation::new(format!(
                "Node {}: its kubelet answers 403 to GET /pods without credentials, so that only roles keep strangers out; set authentication.anonymous.enabled: false in its configuration",
                node.meta.name
            ))
        }))),
        other => Err(Blind::new(
            Reason::Unreachable,
            format!("its kubelet answers {other} to GET /pods without credentials, which tells nothing"),
        )),
    })
}
