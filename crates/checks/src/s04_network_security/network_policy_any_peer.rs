//! A rule that admits everyone is no longer a decision about who may come in.

use assay_inventory::view::NetworkPolicy;

use crate::isolation::crowds_by_rule;
use crate::judging::found;
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[], Judge::NetworkPolicy(judge));

fn judge(policy: &NetworkPolicy, _cx: &Cx<'_>) -> Judgement {
    let name = format!(
        "NetworkPolicy {}/{}",
        policy.meta.namespace, policy.meta.name
    );
    Ok(found(
        &name,
        crowds_by_rule(policy),
        "name the pods, namespaces or address ranges that need it",
    ))
}
