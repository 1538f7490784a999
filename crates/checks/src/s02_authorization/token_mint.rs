//! Whoever mints a `ServiceAccount`'s token is that `ServiceAccount`.

use assay_inventory::Relation;
use assay_inventory::view::{Binding, PolicyRule};

use crate::escalation::{Deed, Escalation, Weight};
use crate::granted::{Granted, granted};
use crate::{Cx, Judge, Judgement, Outcome, Rule, Severity, platform};

pub(super) const RULE: Rule = Rule::new(&[Relation::Role], Judge::Binding(judge));

pub(super) const ESCALATION: Escalation = Escalation {
    deeds: &[
        Deed {
            verbs: &["create"],
            group: "",
            resources: &["serviceaccounts/token"],
            cluster: Weight::of(Severity::High).even_named(Severity::Medium),
            namespace: Weight::of(Severity::Medium).grave_in_system(),
        },
    ],
    does: "mint tokens of other ServiceAccounts",
    fix: "name the ServiceAccounts it needs, none of kube-system, in resourceNames of a Role in their namespace",
};

fn judge(binding: &Binding, cx: &Cx<'_>) -> Judgement {
    let granted = match granted(binding, cx)? {
        Ok(granted) => granted,
        Err(fact) => return Ok(Outcome::NotApplicable(fact)),
    };
    let held = ESCALATION.held(binding, &on_others(&granted, &binding.meta.namespace));
    Ok(ESCALATION.outcome(binding, &granted, held))
}

/// The rules but for those by whose names an account reaches itself alone: it gains nothing by a token of its own.
fn on_others(granted: &Granted<'_>, namespace: &str) -> Vec<PolicyRule> {
    let own = match granted.holders[..] {
        [only] => platform::service_account(only)
            .filter(|(home, _)| *home == namespace)
            .map(|(_, name)| name),
        _ => None,
    };
    let reaches_others = |rule: &&PolicyRule| {
        let mut names = rule.resource_names.iter();
        rule.resource_names.is_empty() || names.any(|name| Some(name.as_ref()) != own)
    };
    granted.rules.iter().filter(reaches_others).cloned().collect()
}
