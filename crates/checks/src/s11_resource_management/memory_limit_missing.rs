//! Memory is the one thing that a node cannot take back from a process without killing somebody.

use assay_inventory::{Relation, Workload};

use crate::judging::{containers_told, in_container};
use crate::resources::{can_have, is_brief, lacks_limit};
use crate::{Cx, Judge, Judgement, Outcome, Rule, Severity};

pub(super) const RULE: Rule = Rule::new(&[Relation::LimitRanges], Judge::Workload(judge));

fn judge(workload: &Workload, cx: &Cx<'_>) -> Judgement {
    let mut lasting = false;
    let mut outcome = containers_told(
        workload,
        false,
        "set a memory limit, or a default for the namespace in a LimitRange",
        |variant, container| {
            if !can_have(container) {
                return Ok(None);
            }
            let lack = lacks_limit(&workload.key, variant, container, "memory", cx)?;
            lasting |= lack.is_some() && !is_brief(container);
            Ok(lack.map(|value| in_container(container, "resources.limits.memory", &*value)))
        },
    )?;
    if let Outcome::Fail(violation) = &mut outcome
        && !lasting
    {
        // Only containers that are over before the pod's work begins.
        violation.severity = Some(Severity::Low);
    }
    Ok(outcome)
}
