//! The node's disk holds administrators' credentials: a pod that is given their directory is given them.

use assay_inventory::Workload;

use crate::judging::{in_pod, variants};
use crate::node_path::holds_credentials;
use crate::platform::spare;
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[], Judge::Workload(judge));

fn judge(workload: &Workload, _cx: &Cx<'_>) -> Judgement {
    let outcome = variants(
        workload,
        false,
        "kubeconfigs, keys or tokens of the node and the cluster lie there; remove the volume, or mount just the one file that is needed",
        |variant| {
            let paths = variant.spec.host_paths.iter();
            paths
                .filter(|path| holds_credentials(&path.path))
                .map(|path| {
                    let field = format!("volumes[{}].hostPath.path", path.volume);
                    in_pod(field, &path.path)
                })
                .collect()
        },
    );
    // The node agents of Kubernetes may have the paths that they may have by 3.1.
    Ok(spare("host-path", workload, outcome))
}
