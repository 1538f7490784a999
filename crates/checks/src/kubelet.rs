//! What checks of kubelets share: of which nodes something is expected, and how a finding begins.

use assay_inventory::view::Node;
use assay_inventory::{Handshake, KubeletConfig, KubeletProbe};

use crate::{Cx, Judgement, Outcome, Violation};

/// Why nothing is said of a node from which nothing has been heard.
pub(crate) const NOT_READY: Outcome =
    Outcome::NotApplicable("the node is not Ready, or not for ten minutes yet");

/// Judges the configuration that a node's kubelet has in force. `wrong` says which field has which value, what that does
/// and what to do; nothing if all is well.
pub(crate) fn configured(
    node: &Node,
    cx: &Cx<'_>,
    wrong: impl FnOnce(&KubeletConfig) -> Option<String>,
) -> Judgement {
    let Some(config) = cx.kubelet_config(node, cx.params.max_evidence_age)? else {
        return Ok(NOT_READY);
    };
    Ok(wrong(config).map_or(Outcome::Pass, |wrong| {
        Violation::fail(format!("Node {}: its kubelet has {wrong}", node.meta.name))
    }))
}

/// Judges how a node's kubelet answers a stranger, where the profile has it asked.
pub(crate) fn asked_as_a_stranger(
    node: &Node,
    cx: &Cx<'_>,
    judge: impl FnOnce(&KubeletProbe) -> Judgement,
) -> Judgement {
    if !cx.params.kubelet_probe {
        return Ok(Outcome::NotApplicable(
            "the profile does not ask kubelets as a stranger",
        ));
    }
    match cx.kubelet_probe(node, cx.params.max_evidence_age)? {
        Some(probe) => judge(probe),
        None => Ok(NOT_READY),
    }
}

/// Judges what a node's kubelet shows in a TLS handshake.
pub(crate) fn greeted(
    node: &Node,
    cx: &Cx<'_>,
    judge: impl FnOnce(&Handshake) -> Judgement,
) -> Judgement {
    match cx.kubelet_tls(node, cx.params.max_evidence_age)? {
        Some(handshake) => judge(handshake),
        None => Ok(NOT_READY),
    }
}
