//! Without a policy that selects it, a pod opens connections to every other one and to the outside.

use assay_inventory::Relation;
use assay_inventory::view::{Direction, Namespace};

use crate::isolation;
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(
    &[Relation::Policies, Relation::Pods],
    Judge::Namespace(judge),
);

fn judge(namespace: &Namespace, cx: &Cx<'_>) -> Judgement {
    isolation::judge(namespace, Direction::Egress, cx)
}
