//! Kubernetes leaves `system:node` unbound: the Node authorizer gives each kubelet its own pods' share of it, a binding
//! gives all of it.

use assay_inventory::view::Binding;

use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation, granted};

pub(super) const RULE: Rule = Rule::new(&[], Judge::Binding(judge));

fn judge(binding: &Binding, cx: &Cx<'_>) -> Judgement {
    if !granted::is_node_role(binding) {
        return Ok(Outcome::Pass);
    }
    let holders = granted::holders(binding, cx);
    if binding.subjects.is_empty() {
        return Ok(Outcome::NotApplicable("grants to nobody"));
    }
    if holders.is_empty() {
        return Ok(Outcome::NotApplicable(granted::BREAK_GLASS));
    }
    Ok(Violation::fail(format!(
        "{}: roleRef system:node gives {} the Secrets, pods and tokens of all nodes {}, past the Node authorizer; take the subjects out",
        granted::title(binding),
        granted::names(&holders),
        granted::reach(binding),
    )))
}
