//! On the node's network a pod is no pod of the cluster's network any more.

use assay_inventory::Workload;

use crate::judging::{in_pod, variants};
use crate::platform::spare;
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[], Judge::Workload(judge));

fn judge(workload: &Workload, _cx: &Cx<'_>) -> Judgement {
    let outcome = variants(
        workload,
        false,
        "remove it, and publish what others must reach by a Service",
        |variant| {
            let set = variant.spec.host_network;
            Vec::from_iter(set.then(|| in_pod("hostNetwork", "true")))
        },
    );
    Ok(spare("host-network", workload, outcome))
}
