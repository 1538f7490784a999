//! Processor time is shared by weight, so that a missing limit hurts less than a missing request.

use assay_inventory::{Relation, Workload};

use crate::judging::{containers_told, in_container};
use crate::resources::{can_have, capped, caps_cpu, is_brief, lacks_limit, lacks_request};
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(
    &[Relation::LimitRanges, Relation::Quotas],
    Judge::Workload(judge),
);

fn judge(workload: &Workload, cx: &Cx<'_>) -> Judgement {
    containers_told(
        workload,
        false,
        "set a CPU limit, or a CPU request in a namespace whose ResourceQuota caps requests.cpu",
        |variant, container| {
            if !can_have(container) || is_brief(container) {
                return Ok(None);
            }
            let Some(value) = lacks_limit(&workload.key, variant, container, "cpu", cx)? else {
                return Ok(None);
            };
            // Limits throttle even an idle node: a fair share under a quota is as good.
            if lacks_request(&workload.key, variant, container, "cpu", cx)?.is_none()
                && caps_cpu(&capped(&cx.quotas(&workload.key.namespace)?))
            {
                return Ok(None);
            }
            Ok(Some(in_container(
                container,
                "resources.limits.cpu",
                &*value,
            )))
        },
    )
}
