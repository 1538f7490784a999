//! Root in a user namespace of its own is nobody on the node, but still root over all its pod holds.

use assay_inventory::Workload;

use crate::first_user::{FirstUser, first_user, untold};
use crate::judging::containers_told;
use crate::{Cx, Judge, Judgement, Outcome, Rule};

pub(super) const RULE: Rule = Rule::new(&[], Judge::Workload(judge));

fn judge(workload: &Workload, _cx: &Cx<'_>) -> Judgement {
    let mut any = false;
    let outcome = containers_told(
        workload,
        true,
        "set runAsNonRoot to true and give the image a numeric user other than 0",
        |variant, container| {
            if variant.spec.host_users != Some(false) {
                return Ok(None);
            }
            any = true;
            match first_user(workload, variant, container) {
                FirstUser::Root(detail) => Ok(Some(detail)),
                FirstUser::Other => Ok(None),
                FirstUser::Untold => Err(untold(workload, container)),
            }
        },
    )?;
    Ok(match outcome {
        Outcome::Pass if !any => Outcome::NotApplicable("no pod of it has user namespaces of its own"),
        outcome => outcome,
    })
}
