//! A pod among the processes of its node can look into them.

use assay_inventory::Workload;

use crate::judging::{in_pod, variants};
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[], Judge::Workload(judge));

fn judge(workload: &Workload, _cx: &Cx<'_>) -> Judgement {
    Ok(variants(
        workload,
        true,
        "remove it, or share processes within the pod alone by shareProcessNamespace",
        |variant| Vec::from_iter(variant.spec.host_pid.then(|| in_pod("hostPID", "true"))),
    ))
}
