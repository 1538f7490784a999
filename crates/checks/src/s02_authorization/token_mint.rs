//! Whoever mints a `ServiceAccount`'s token is that `ServiceAccount`.

use assay_inventory::Relation;
use assay_inventory::view::Binding;

use crate::escalation::{Deed, Escalation, Weight};
use crate::granted::{self, granted};
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
    let own = match granted.holders[..] {
        [only] => platform::service_account(only)
            .filter(|(home, _)| *home == binding.meta.namespace.as_ref())
            .map(|(_, name)| name),
        _ => None,
    };
    let held = ESCALATION.held(binding, &granted::on_others(&granted.rules, own));
    Ok(ESCALATION.outcome(binding, &granted, held))
}
