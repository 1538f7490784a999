//! Who approves or signs certificates makes identities that nobody can take back.

use assay_inventory::Relation;
use assay_inventory::view::{Binding, PolicyRule};

use crate::escalation::{Escalation, Held};
use crate::granted::granted;
use crate::power;
use crate::signers::{GROUP, signers};
use crate::{Cx, Judge, Judgement, Outcome, Rule, Severity};

pub(super) const RULE: Rule = Rule::new(&[Relation::Role], Judge::Binding(judge));

const ESCALATION: Escalation = Escalation {
    deeds: &[],
    does: "make certificates that the cluster trusts",
    fix: "leave approval to the cluster's own controllers; name a signer of your own in resourceNames where one is needed",
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
    let mut held = signers(&granted.rules);
    held.extend(approval(&granted.rules));
    Ok(ESCALATION.outcome(binding, &granted, held))
}

/// The subresource of approval, where no rule beside it says for which signers: one verb is all it lacks.
fn approval(rules: &[PolicyRule]) -> Option<Held> {
    const RESOURCE: &str = "certificatesigningrequests/approval";
    if power::extent(rules, "approve", GROUP, "signers").is_some() {
        return None;
    }
    let verbs: Vec<&str> = ["update", "patch"]
        .into_iter()
        .filter(|verb| power::extent(rules, verb, GROUP, RESOURCE).is_some())
        .collect();
    (!verbs.is_empty()).then(|| Held {
        severity: Severity::Medium,
        resource: RESOURCE.to_owned(),
        verbs,
    })
}
