//! Labels, taints, states and bindings decide which pod runs where.

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
            resources: &["nodes", "nodes/status"],
            cluster: Weight::of(Severity::High).even_named(Severity::Medium),
            namespace: Weight::NONE,
        },
        Deed {
            verbs: &["update", "patch"],
            group: "",
            resources: &["pods/status"],
            cluster: Weight::of(Severity::High),
            namespace: Weight::of(Severity::Medium),
        },
        Deed {
            verbs: &["create"],
            group: "",
            resources: &["pods/binding", "bindings"],
            cluster: Weight::of(Severity::High),
            namespace: Weight::of(Severity::Medium),
        },
    ],
    does: "steer pods onto nodes or away from them",
    fix: "leave nodes and bindings to kubelets, the scheduler and the node provisioner",
};

fn judge(binding: &Binding, cx: &Cx<'_>) -> Judgement {
    escalation::judge(&ESCALATION, binding, cx)
}
