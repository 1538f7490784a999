//! A pod that the network outside reaches is the first that is broken into: its token should open nothing.

use assay_inventory::view::Binding;
use assay_inventory::{Relation, Workload};

use crate::escalation::Scope;
use crate::exposure;
use crate::token_power;
use crate::{Cx, Judge, Judgement, Outcome, Rule, judging};

pub(super) const RULE: Rule = Rule::new(
    &[
        Relation::ServiceAccount,
        Relation::Grants,
        Relation::Services,
        Relation::Ingresses,
    ],
    Judge::Workload(judge),
);

const FIX: &str = "narrow what the ServiceAccount is granted, or let the pod go without the token (automountServiceAccountToken: false)";

fn judge(workload: &Workload, cx: &Cx<'_>) -> Judgement {
    let held = judging::told(workload, false, FIX, |variant| {
        token_power::told(workload, variant, cx, within_a_namespace)
    });
    if matches!(held, Ok(Outcome::Pass | Outcome::NotApplicable(_))) {
        return held;
    }
    let Some(way) = exposure::way(workload, cx, |_| true)? else {
        return Ok(Outcome::Pass);
    };
    Ok(match held? {
        Outcome::Fail(violation) => way.found(workload, violation.details, FIX),
        harmless => harmless,
    })
}

/// What reaches the cluster is for `powerful-token`, whoever reaches the pod.
fn within_a_namespace(binding: &Binding) -> bool {
    !Scope::of(binding).is_wide()
}
