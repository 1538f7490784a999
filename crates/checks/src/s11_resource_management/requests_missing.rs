//! What asks for nothing is placed anywhere, weighs nothing, and is the first to be killed.

use assay_inventory::{Relation, Workload};

use crate::judging::{in_container, told};
use crate::resources::{can_have, is_brief, lacks_request};
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[Relation::LimitRanges], Judge::Workload(judge));

const RESOURCES: [&str; 2] = ["cpu", "memory"];

fn judge(workload: &Workload, cx: &Cx<'_>) -> Judgement {
    told(
        workload,
        false,
        "request what it needs, or set a default for the namespace in a LimitRange",
        |variant| {
            let lasting = variant.spec.containers.iter();
            lasting
                .filter(|container| can_have(container) && !is_brief(container))
                .flat_map(|container| RESOURCES.map(|resource| (container, resource)))
                .map(|(container, resource)| {
                    let lack = lacks_request(&workload.key, variant, container, resource, cx)?;
                    let field = format!("resources.requests.{resource}");
                    Ok(lack.map(|value| in_container(container, &field, &*value)))
                })
                .collect()
        },
    )
}
