//! A bootstrap token is for the hour in which nodes join.

use assay_inventory::view::Namespace;
use assay_inventory::{Relation, Sought};
use chrono::TimeDelta;

use crate::listed_secrets::{NOT_LISTED, by_type, in_namespace, listed};
use crate::{Cx, Judge, Judgement, Outcome, Rule};

pub(super) const RULE: Rule = Rule::new(&[Relation::SecretTypes], Judge::Namespace(judge));

const SOUGHT: Sought = Sought::BootstrapToken;

/// As long as kubeadm makes them for.
const USUAL: TimeDelta = TimeDelta::hours(24);

fn judge(namespace: &Namespace, cx: &Cx<'_>) -> Judgement {
    let name = &namespace.meta.name;
    if Some(name.as_ref()) != SOUGHT.namespace() {
        return Ok(Outcome::NotApplicable("bootstrap tokens count in kube-system alone"));
    }
    if !cx.params.secret_types {
        return Ok(NOT_LISTED);
    }
    let mut old = Vec::new();
    for secret in listed(cx)?.of(name, SOUGHT) {
        let end = secret.made_by.and_then(|made| made.checked_add_signed(USUAL));
        if end.is_some_and(|end| cx.has_come(end)) {
            old.push(by_type(secret, SOUGHT));
        }
    }
    Ok(in_namespace(
        namespace,
        old,
        "it was made more than a day ago: delete it (kubeadm token delete), and make a new one when a node is to join",
    ))
}
