//! Whoever breaks into a pod has its token: one that opens the cluster makes each flaw of the pod one of the cluster.

use assay_inventory::{Relation, Workload};

use crate::escalation::Scope;
use crate::judging;
use crate::token_power;
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(
    &[Relation::ServiceAccount, Relation::Grants],
    Judge::Workload(judge),
);

const FIX: &str = "narrow what the ServiceAccount is granted, or let the pod go without the token (automountServiceAccountToken: false)";

fn judge(workload: &Workload, cx: &Cx<'_>) -> Judgement {
    judging::told(workload, false, FIX, |variant| {
        token_power::told(workload, variant, cx, |binding| Scope::of(binding).is_wide())
    })
}
