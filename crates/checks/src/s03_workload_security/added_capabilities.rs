//! Capabilities beyond those that every container gets by default are parts of root's power over the node.

use assay_inventory::Workload;

use crate::confinement::BASELINE_CAPABILITIES;
use crate::judging::{containers, in_container};
use crate::{Cx, Detail, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[], Judge::Workload(judge));

fn judge(workload: &Workload, _cx: &Cx<'_>) -> Judgement {
    Ok(containers(
        workload,
        "remove it, or move the work that needs it to a node agent that is accepted by name",
        |_, container| -> Vec<Detail> {
            let added = container.security.capabilities.add.iter();
            added
                .filter(|name| !BASELINE_CAPABILITIES.contains(&name.as_ref()))
                .map(|name| in_container(container, "securityContext.capabilities.add", name))
                .collect()
        },
    ))
}
