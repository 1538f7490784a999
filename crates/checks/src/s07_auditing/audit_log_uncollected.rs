//! A log that stays where it was written tells nothing once the node is taken.

use assay_inventory::view::Node;
use assay_inventory::{Blind, Reason};

use crate::audit_log::{AuditLog, READS, owner};
use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(READS, Judge::Node(judge));

fn judge(node: &Node, cx: &Cx<'_>) -> Judgement {
    let log = match AuditLog::of(node, cx)? {
        Ok(log) => log,
        Err(fact) => return Ok(fact),
    };
    // A webhook takes the events away from the node by design.
    if log.is_sent || log.shippers().any(|pod| pod.ready) {
        return Ok(Outcome::Pass);
    }
    let (name, path) = (&node.meta.name, &log.path);
    let undecided = |message: String| Err(Blind::new(Reason::NotYetJudged, message));
    // It may just be starting, and it may never run: since when it is not Ready is not remembered.
    if let Some(pod) = log.shippers().next() {
        return undecided(format!(
            "Node {name}: {} mounts its audit log {path} to send it on, but is not Ready there; mend what status.conditions[Ready] of its pod tells of",
            owner(pod)
        ));
    }
    match log.others().first() {
        // It may send the log on, and it may not.
        Some(other) => undecided(format!(
            "Node {name}: of what mounts its audit log {path}, Assay knows nothing that sends logs on; {} may",
            other.field
        )),
        None => Ok(Violation::fail(format!(
            "Node {name}: no pod on it mounts the audit log of its API server, {path}; run a collector on every node of the control plane, or let the API server send to a webhook"
        ))),
    }
}
