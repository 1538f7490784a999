//! A `PersistentVolume` may point at any path of a node.

use assay_inventory::Relation;
use assay_inventory::view::Binding;

use crate::escalation::{self, Deed, Escalation, Weight};
use crate::{Cx, Judge, Judgement, Rule, Severity};

pub(super) const RULE: Rule = Rule::new(&[Relation::Role], Judge::Binding(judge));

pub(super) const ESCALATION: Escalation = Escalation {
    deeds: &[
        Deed {
            verbs: &["create"],
            group: "",
            resources: &["persistentvolumes"],
            cluster: Weight::of(Severity::High),
            namespace: Weight::NONE,
        },
    ],
    does: "create PersistentVolumes that point at paths of nodes",
    fix: "let a storage class provision volumes on claims",
};

fn judge(binding: &Binding, cx: &Cx<'_>) -> Judgement {
    escalation::judge(&ESCALATION, binding, cx)
}
