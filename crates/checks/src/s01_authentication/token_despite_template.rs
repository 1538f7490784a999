//! A token in a pod that was to have none: somebody put it there on the way.

use assay_inventory::Workload;

use crate::account_token::mounted;
use crate::judging::{in_pod, variants};
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[], Judge::Workload(judge));

fn judge(workload: &Workload, _cx: &Cx<'_>) -> Judgement {
    Ok(variants(
        workload,
        false,
        "find the webhook that adds the volume, and take the workload out of its reach or let the template say what it needs",
        |variant| {
            let spec = variant.spec;
            // What stands in a template is its author's own.
            let against = spec.automount == Some(false) && !variant.template && mounted(spec);
            let said = || in_pod("volumes[kube-api-access]", "there, though automountServiceAccountToken is false");
            against.then(said).into_iter().collect()
        },
    ))
}
