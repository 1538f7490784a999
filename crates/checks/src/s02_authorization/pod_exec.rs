//! A shell in somebody else's pod has that pod's files, network and token.

use assay_inventory::Relation;
use assay_inventory::view::Binding;

use crate::escalation::{self, Deed, Escalation, Weight};
use crate::{Cx, Judge, Judgement, Rule, Severity};

pub(super) const RULE: Rule = Rule::new(&[Relation::Role], Judge::Binding(judge));

pub(super) const ESCALATION: Escalation = Escalation {
    deeds: &[
        Deed {
            verbs: &["create", "get"],
            group: "",
            resources: &["pods/exec", "pods/attach", "pods/portforward"],
            cluster: Weight::of(Severity::High),
            namespace: Weight::of(Severity::Medium),
        },
        Deed {
            verbs: &["update", "patch"],
            group: "",
            resources: &["pods/ephemeralcontainers"],
            cluster: Weight::of(Severity::High),
            namespace: Weight::of(Severity::Medium),
        },
    ],
    does: "enter running pods",
    fix: "drop these subresources, or grant them in one namespace for the time they are needed",
};

fn judge(binding: &Binding, cx: &Cx<'_>) -> Judgement {
    escalation::judge(&ESCALATION, binding, cx)
}
