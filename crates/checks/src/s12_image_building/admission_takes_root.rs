//! Whether a guard keeps root out shows by a pod that runs as root.

use assay_inventory::view::Namespace;
use assay_inventory::{Flaw, Relation};

use crate::admission::tried;
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[Relation::AdmissionProbe], Judge::Namespace(judge));

fn judge(namespace: &Namespace, cx: &Cx<'_>) -> Judgement {
    tried(
        namespace,
        cx,
        &[Flaw::Root],
        "set its label pod-security.kubernetes.io/enforce to restricted, or have a policy refuse such pods",
    )
}
