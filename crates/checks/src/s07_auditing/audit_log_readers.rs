//! Who reads the audit log reads who did what, and with a way to write, decides it.

use assay_inventory::view::Node;

use crate::audit_log::{AuditLog, READS};
use crate::judging::found;
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(READS, Judge::Node(judge));

fn judge(node: &Node, cx: &Cx<'_>) -> Judgement {
    let log = match AuditLog::of(node, cx)? {
        Ok(log) => log,
        Err(fact) => return Ok(fact),
    };
    let subject = format!("Node {}, audit log {}", node.meta.name, log.path);
    let fix = "let nothing but the collector of logs mount it, and that read-only";
    Ok(found(&subject, log.others(), fix))
}
