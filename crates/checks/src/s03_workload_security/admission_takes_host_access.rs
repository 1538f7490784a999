//! A guard that refuses shows by refusing, whichever engine it is of.

use assay_inventory::Relation;
use assay_inventory::view::Namespace;

use crate::admission::{REACHES_NODE, tried};
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[Relation::AdmissionProbe], Judge::Namespace(judge));

fn judge(namespace: &Namespace, cx: &Cx<'_>) -> Judgement {
    tried(
        namespace,
        cx,
        REACHES_NODE,
        "set its label pod-security.kubernetes.io/enforce to restricted, or to baseline, or have a policy refuse such pods",
    )
}
