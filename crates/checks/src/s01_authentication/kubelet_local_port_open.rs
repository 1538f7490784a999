//! What kubelet and kube-proxy offer for the node itself is not for its neighbours.

use assay_inventory::view::Node;
use assay_inventory::{PlainPort, Relation};

use crate::judging::{found, in_pod};
use crate::kubelet::asked_as_a_stranger;
use crate::{Cx, Judge, Judgement, Outcome, Rule};

pub(super) const RULE: Rule = Rule::new(&[Relation::KubeletProbe], Judge::Node(judge));

const FIX: &str = "let the kubelet listen at healthzBindAddress 127.0.0.1, and kube-proxy at metricsBindAddress 127.0.0.1:10249";

fn judge(node: &Node, cx: &Cx<'_>) -> Judgement {
    asked_as_a_stranger(node, cx, |probe| {
        let ports = [
            ("port 10248", "/healthz of its kubelet", &probe.health),
            ("port 10249", "/proxyMode of its kube-proxy", &probe.proxy),
        ];
        let open = ports.iter().filter(|(_, _, found)| **found == Ok(PlainPort::Answers(200)));
        let details = open.map(|(port, path, _)| {
            in_pod(*port, format!("open: it answers 200 to GET {path} without credentials"))
        });
        let subject = format!("Node {}", node.meta.name);
        let outcome = found(&subject, details.collect(), FIX);
        let mut untold = ports.iter().filter_map(|(_, _, found)| found.as_ref().err());
        match (outcome, untold.next()) {
            (Outcome::Pass, Some(blind)) => Err(blind.clone()),
            (outcome, _) => Ok(outcome),
        }
    })
}
