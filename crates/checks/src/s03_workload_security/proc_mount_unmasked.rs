//! The runtime hides parts of `/proc` that change the node; an unmasked one shows them.

use assay_inventory::Workload;

use crate::judging::{containers, in_container};
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[], Judge::Workload(judge));

fn judge(workload: &Workload, _cx: &Cx<'_>) -> Judgement {
    Ok(containers(
        workload,
        "remove it, or give the pod a user namespace of its own by hostUsers: false",
        |spec, container| {
            let mount = container.security.proc_mount.as_deref()?;
            let unmasked = mount != "Default" && spec.host_users != Some(false);
            unmasked.then(|| in_container(container, "securityContext.procMount", mount))
        },
    ))
}
