//! The kubelet runs commands in every pod of its node for whoever may use `nodes/proxy`, a mere `get` included.

use assay_inventory::Relation;
use assay_inventory::view::Binding;

use crate::escalation::{self, Deed, Escalation, Weight};
use crate::{Cx, Judge, Judgement, Rule, Severity};

pub(super) const RULE: Rule = Rule::new(&[Relation::Role], Judge::Binding(judge));

pub(super) const ESCALATION: Escalation = Escalation {
    deeds: &[
        Deed {
            verbs: &["get", "create", "update", "patch", "delete"],
            group: "",
            resources: &["nodes/proxy"],
            cluster: Weight::of(Severity::High).even_named(Severity::High),
            namespace: Weight::NONE,
        },
    ],
    does: "run commands in every pod of a node",
    fix: "grant nodes/metrics, nodes/stats, nodes/configz, nodes/healthz or nodes/pods instead",
};

fn judge(binding: &Binding, cx: &Cx<'_>) -> Judgement {
    escalation::judge(&ESCALATION, binding, cx)
}
