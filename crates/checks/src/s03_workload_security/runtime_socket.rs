//! Whoever speaks to the container runtime starts what it likes on the node.

use assay_inventory::Workload;

use crate::judging::{in_pod, variants};
use crate::node_path::{Reach, reach};
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[], Judge::Workload(judge));

fn judge(workload: &Workload, _cx: &Cx<'_>) -> Judgement {
    Ok(variants(
        workload,
        false,
        "the container runtime's socket is there; remove the volume, or mount just the one file that is needed",
        |variant| {
            let paths = variant.spec.host_paths.iter();
            paths
                .filter(|path| reach(&path.path) == Reach::RuntimeSocket)
                .map(|path| {
                    let field = format!("volumes[{}].hostPath.path", path.volume);
                    in_pod(field, &path.path)
                })
                .collect()
        },
    ))
}
