//! Unless it is forbidden, a process gains rights through set-uid programs and file capabilities.

use assay_inventory::Workload;

use crate::judging::{containers, in_container};
use crate::platform::spare;
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[], Judge::Workload(judge));

fn judge(workload: &Workload, _cx: &Cx<'_>) -> Judgement {
    let outcome = containers(workload, "set it to false", |_, container| {
        let value = match container.security.allow_privilege_escalation {
            Some(false) => return None,
            Some(true) => "true",
            None => "unset",
        };
        let field = "securityContext.allowPrivilegeEscalation";
        Some(in_container(container, field, value))
    });
    Ok(spare("privilege-escalation-allowed", workload, outcome))
}
