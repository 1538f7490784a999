//! A `HostProcess` container is Windows' privileged container: a process of the node itself.

use assay_inventory::Workload;

use crate::confinement;
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[], Judge::Workload(judge));

fn judge(workload: &Workload, _cx: &Cx<'_>) -> Judgement {
    let set = |host_process: Option<bool>| (host_process == Some(true)).then(|| "true".to_owned());
    Ok(confinement::judge(
        workload,
        false,
        "securityContext.windowsOptions.hostProcess",
        "remove it; a node agent is accepted by an exception that names it",
        |pod| set(pod.windows_host_process),
        |container| set(container.windows_host_process),
    ))
}
