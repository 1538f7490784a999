//! Secrets hold the keys to everything else; the replies to `patch`, `delete` and `deletecollection` carry them as those to `get` do.

use assay_inventory::Relation;
use assay_inventory::view::Binding;

use crate::escalation::{self, Deed, Escalation, Weight};
use crate::{Cx, Judge, Judgement, Rule, Severity};

pub(super) const RULE: Rule = Rule::new(&[Relation::Role], Judge::Binding(judge));

pub(super) const ESCALATION: Escalation = Escalation {
    deeds: &[
        Deed {
            verbs: &["get", "list", "watch", "patch", "delete", "deletecollection"],
            group: "",
            resources: &["secrets"],
            cluster: Weight::of(Severity::High),
            namespace: Weight::of(Severity::Medium),
        },
    ],
    does: "read Secrets",
    fix: "grant get on the Secrets it needs by resourceNames, in a Role of their namespace",
};

fn judge(binding: &Binding, cx: &Cx<'_>) -> Judgement {
    escalation::judge(&ESCALATION, binding, cx)
}
