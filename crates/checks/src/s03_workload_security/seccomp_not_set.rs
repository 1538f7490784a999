//! Where nothing asks for a seccomp profile, the node's settings decide whether there is one.

use assay_inventory::Workload;

use crate::judging::{containers, in_container};
use crate::platform::spare;
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[], Judge::Workload(judge));

fn judge(workload: &Workload, _cx: &Cx<'_>) -> Judgement {
    let outcome = containers(
        workload,
        "set RuntimeDefault, for the pod or for each container",
        |spec, container| {
            let unset = container.security.seccomp.is_none() && spec.security.seccomp.is_none();
            let field = "securityContext.seccompProfile.type";
            unset.then(|| in_container(container, field, "unset"))
        },
    );
    Ok(spare("seccomp-not-set", workload, outcome))
}
