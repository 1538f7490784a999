//! A namespace that enforces the privileged level asks the API server to refuse no pod.

use assay_inventory::view::Namespace;

use crate::platform::namespace_of_node_agents;
use crate::pod_security::{ENFORCE, enforced};
use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(&[], Judge::Namespace(judge));

fn judge(namespace: &Namespace, _cx: &Cx<'_>) -> Judgement {
    let name = &namespace.meta.name;
    Ok(if enforced(namespace) != Some("privileged") {
        Outcome::Pass
    } else if namespace.terminating {
        Outcome::NotApplicable("is being deleted and takes no pods")
    } else if let Some(reason) = namespace_of_node_agents(name) {
        Outcome::NotApplicable(reason)
    } else {
        Violation::fail(format!(
            "Namespace {name}: label {ENFORCE} is privileged, so that no pod is refused; set it to restricted, or to baseline"
        ))
    })
}
