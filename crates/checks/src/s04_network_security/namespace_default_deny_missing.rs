//! A namespace whose pods are closed one by one leaves the next pod open.

use assay_inventory::Relation;
use assay_inventory::view::Namespace;

use crate::isolation;
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(
    &[Relation::Policies, Relation::Pods],
    Judge::Namespace(judge),
);

fn judge(namespace: &Namespace, cx: &Cx<'_>) -> Judgement {
    isolation::judge_newcomers(namespace, cx)
}
