//! Who approves or signs requests for client certificates makes logins that nobody can take back.

use assay_inventory::Relation;
use assay_inventory::view::Binding;

use crate::escalation::{Escalation, Held};
use crate::granted::granted;
use crate::signers::signers;
use crate::{Cx, Judge, Judgement, Outcome, Rule, Severity};

pub(super) const RULE: Rule = Rule::new(&[Relation::Role], Judge::Binding(judge));

const ESCALATION: Escalation = Escalation {
    deeds: &[],
    does: "make logins that cannot be revoked",
    fix: "leave the signers of client certificates to the cluster's own controllers",
};

fn judge(binding: &Binding, cx: &Cx<'_>) -> Judgement {
    if !binding.meta.namespace.is_empty() {
        return Ok(Outcome::NotApplicable(
            "signers are cluster-scoped, which no RoleBinding reaches",
        ));
    }
    let granted = match granted(binding, cx)? {
        Ok(granted) => granted,
        Err(fact) => return Ok(Outcome::NotApplicable(fact)),
    };
    let logins: Vec<Held> = signers(&granted.rules)
        .into_iter()
        .filter(|held| held.severity == Severity::High)
        .filter(|held| held.verbs != ["attest"])
        .collect();
    Ok(ESCALATION.outcome(binding, &granted, logins))
}
