//! Events tell what happened to pods and nodes: who may delete them tidies up behind itself.

use assay_inventory::Relation;
use assay_inventory::view::Binding;

use crate::escalation::{self, Deed, Escalation, Weight};
use crate::{Cx, Judge, Judgement, Rule, Severity};

pub(super) const RULE: Rule = Rule::new(&[Relation::Role], Judge::Binding(judge));

const fn delete(group: &'static str) -> Deed {
    Deed {
        verbs: &["delete", "deletecollection"],
        group,
        resources: &["events"],
        cluster: Weight::of(Severity::Medium),
        namespace: Weight::of(Severity::Low),
    }
}

const ESCALATION: Escalation = Escalation {
    deeds: &[delete(""), delete("events.k8s.io")],
    does: "delete events, and with them the traces of what it did",
    fix: "let events end by themselves, as they do after an hour",
};

fn judge(binding: &Binding, cx: &Cx<'_>) -> Judgement {
    escalation::judge(&ESCALATION, binding, cx)
}
