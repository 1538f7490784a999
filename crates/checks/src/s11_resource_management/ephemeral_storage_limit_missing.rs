//! A scratch volume without a bound fills the node's disk, and the node evicts whoever it finds.

use assay_inventory::view::{Container, PodSpec};
use assay_inventory::{Relation, Workload};

use crate::judging::{containers_told, in_container};
use crate::resources::{can_have, is_brief, lacks_limit};
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[Relation::LimitRanges], Judge::Workload(judge));

const RESOURCE: &str = "ephemeral-storage";

fn judge(workload: &Workload, cx: &Cx<'_>) -> Judgement {
    containers_told(
        workload,
        false,
        "set it, or sizeLimit on the emptyDir volumes that the container writes to",
        |variant, container| {
            if is_brief(container) || !can_have(container) || !writes(variant.spec, container) {
                return Ok(None);
            }
            // The kubelet holds the whole pod, its volumes included, to the sum of what its containers set.
            let mut value = None;
            for other in variant.spec.containers.iter().filter(|other| can_have(other)) {
                let Some(lack) = lacks_limit(&workload.key, variant, other, RESOURCE, cx)? else {
                    return Ok(None);
                };
                if other.name == container.name {
                    value = Some(lack);
                }
            }
            Ok(value.map(|value| {
                in_container(container, "resources.limits.ephemeral-storage", &*value)
            }))
        },
    )
}

/// Whether it may write to an emptyDir on disk that nothing bounds.
fn writes(spec: &PodSpec, container: &Container) -> bool {
    let unbounded = |name: &_| {
        let mut dirs = spec.empty_dirs.iter();
        dirs.any(|dir| dir.volume == *name && !dir.limited)
    };
    container.empty_dir_mounts.iter().any(unbounded)
}
