//! A privileged container is the node's root in all but name.

use assay_inventory::Workload;

use crate::judging::{containers, in_container};
use crate::platform::spare;
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[], Judge::Workload(judge));

fn judge(workload: &Workload, _cx: &Cx<'_>) -> Judgement {
    let outcome = containers(
        workload,
        "remove it, or grant the single capability it needs",
        |_, container| {
            (container.security.privileged == Some(true))
                .then(|| in_container(container, "securityContext.privileged", "true"))
        },
    );
    Ok(spare("privileged-container", workload, outcome))
}
