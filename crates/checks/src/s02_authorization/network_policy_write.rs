//! Policies add up: one more that allows everything undoes those that deny.

use assay_inventory::Relation;
use assay_inventory::view::Binding;

use crate::escalation::{self, Deed, Escalation, Weight};
use crate::{Cx, Judge, Judgement, Rule, Severity};

pub(super) const RULE: Rule = Rule::new(&[Relation::Role], Judge::Binding(judge));

const ESCALATION: Escalation = Escalation {
    deeds: &[
        Deed {
            verbs: &["create", "update", "patch", "delete", "deletecollection"],
            group: "networking.k8s.io",
            resources: &["networkpolicies"],
            cluster: Weight::of(Severity::Medium).even_named(Severity::Low),
            namespace: Weight::of(Severity::Low),
        },
    ],
    does: "open the pod network",
    fix: "leave network policies to whoever answers for segmentation",
};

fn judge(binding: &Binding, cx: &Cx<'_>) -> Judgement {
    escalation::judge(&ESCALATION, binding, cx)
}
