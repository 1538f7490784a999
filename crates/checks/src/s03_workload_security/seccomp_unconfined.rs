//! Without a seccomp filter every system call of the kernel is open to attack.

use assay_inventory::Workload;

use crate::confinement::{self, unconfined};
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[], Judge::Workload(judge));

fn judge(workload: &Workload, _cx: &Cx<'_>) -> Judgement {
    Ok(confinement::judge(
        workload,
        true,
        "securityContext.seccompProfile.type",
        "set RuntimeDefault, or Localhost with a profile of your own",
        |pod| unconfined(pod.seccomp.as_ref()),
        |container| unconfined(container.seccomp.as_ref()),
    ))
}
