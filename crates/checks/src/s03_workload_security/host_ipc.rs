//! A pod that shares the memory segments of its node can read and change them.

use assay_inventory::Workload;

use crate::judging::{in_pod, variants};
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[], Judge::Workload(judge));

fn judge(workload: &Workload, _cx: &Cx<'_>) -> Judgement {
    Ok(variants(
        workload,
        true,
        "remove it, or share memory within the pod by an emptyDir of medium Memory",
        |variant| Vec::from_iter(variant.spec.host_ipc.then(|| in_pod("hostIPC", "true"))),
    ))
}
