//! Whoever mints a `ServiceAccount`'s token is that `ServiceAccount`.

use assay_inventory::Relation;
use assay_inventory::view::Binding;

use crate::escalation::{self, Deed, Escalation, Weight};
use crate::{Cx, Judge, Judgement, Rule, Severity};

pub(super) const RULE: Rule = Rule::new(&[Relation::Role], Judge::Binding(judge));

const ESCALATION: Escalation = Escalation {
    deeds: &[
        Deed {
            verbs: &["create"],
            group: "",
            resources: &["serviceaccounts/token"],
            cluster: Weight::of(Severity::High).even_named(Severity::Medium),
            namespace: Weight::of(Severity::Medium),
        },
    ],
    does: "mint tokens of other ServiceAccounts",
    fix: "name the ServiceAccounts it needs in resourceNames of a Role in their namespace",
};

fn judge(binding: &Binding, cx: &Cx<'_>) -> Judgement {
    escalation::judge(&ESCALATION, binding, cx)
}
