//! A namespace's labels say how strictly Pod Security guards it, and which policies select it.

use assay_inventory::Relation;
use assay_inventory::view::Binding;

use crate::escalation::{self, Deed, Escalation, Weight};
use crate::{Cx, Judge, Judgement, Rule, Severity};

pub(super) const RULE: Rule = Rule::new(&[Relation::Role], Judge::Binding(judge));

pub(super) const ESCALATION: Escalation = Escalation {
    deeds: &[
        Deed {
            verbs: &["update", "patch"],
            group: "",
            resources: &["namespaces"],
            cluster: Weight::of(Severity::High).even_named(Severity::Medium),
            namespace: Weight::of(Severity::Medium).even_named(Severity::Medium),
        },
    ],
    does: "relabel namespaces and so lift their guards",
    fix: "leave namespaces to the tool that provisions them",
};

fn judge(binding: &Binding, cx: &Cx<'_>) -> Judgement {
    escalation::judge(&ESCALATION, binding, cx)
}
