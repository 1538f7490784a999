//! A process that is root inside its container is root wherever it gets out.

use assay_inventory::Workload;

use crate::first_user::{FirstUser, first_user, untold};
use crate::judging::containers_told;
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[], Judge::Workload(judge));

fn judge(workload: &Workload, _cx: &Cx<'_>) -> Judgement {
    containers_told(
        workload,
        true,
        "set runAsNonRoot to true and give the image a numeric user other than 0",
        |variant, container| {
            // Root of such a pod is nobody on the node: see root-in-user-namespace.
            if variant.spec.host_users == Some(false) {
                return Ok(None);
            }
            match first_user(workload, variant, container) {
                FirstUser::Root(detail) => Ok(Some(detail)),
                FirstUser::Other => Ok(None),
                FirstUser::Untold => Err(untold(workload, container)),
            }
        },
    )
}
