//! Whether a guard asks for limits shows by a pod that has none.

use assay_inventory::view::Namespace;
use assay_inventory::{Flaw, Relation};

use crate::admission::tried;
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[Relation::AdmissionProbe], Judge::Namespace(judge));

fn judge(namespace: &Namespace, cx: &Cx<'_>) -> Judgement {
    tried(
        namespace,
        cx,
        &[Flaw::NoMemoryLimit],
        "give it a LimitRange with a default for memory, or a ResourceQuota with limits.memory",
    )
}
