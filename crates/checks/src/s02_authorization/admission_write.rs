//! Admission is the guard at the gate: who writes it sees, changes or admits every object.

use assay_inventory::Relation;
use assay_inventory::view::Binding;

use crate::escalation::{self, Deed, Escalation, Weight};
use crate::{Cx, Judge, Judgement, Rule, Severity};

pub(super) const RULE: Rule = Rule::new(&[Relation::Role], Judge::Binding(judge));

const ESCALATION: Escalation = Escalation {
    deeds: &[
        Deed {
            verbs: &["create", "update", "patch", "delete", "deletecollection"],
            group: "admissionregistration.k8s.io",
            resources: &["mutatingwebhookconfigurations", "validatingwebhookconfigurations", "mutatingadmissionpolicies", "mutatingadmissionpolicybindings", "validatingadmissionpolicies", "validatingadmissionpolicybindings"],
            cluster: Weight::of(Severity::High).even_named(Severity::Medium),
            namespace: Weight::NONE,
        },
        Deed {
            verbs: &["create", "update", "patch", "delete", "deletecollection"],
            group: "kyverno.io",
            resources: &["clusterpolicies", "policies", "policyexceptions"],
            cluster: Weight::of(Severity::Medium).even_named(Severity::Medium),
            namespace: Weight::of(Severity::Medium),
        },
        Deed {
            verbs: &["create", "update", "patch", "delete", "deletecollection"],
            group: "policies.kyverno.io",
            resources: &["validatingpolicies", "mutatingpolicies", "imagevalidatingpolicies", "policyexceptions"],
            cluster: Weight::of(Severity::Medium).even_named(Severity::Medium),
            namespace: Weight::of(Severity::Medium),
        },
        Deed {
            verbs: &["create", "update", "patch", "delete", "deletecollection"],
            group: "templates.gatekeeper.sh",
            resources: &["constrainttemplates"],
            cluster: Weight::of(Severity::Medium).even_named(Severity::Medium),
            namespace: Weight::NONE,
        },
    ],
    does: "change what admission checks",
    fix: "leave admission to the cluster's administrators; narrow a controller that keeps its own configuration by resourceNames",
};

fn judge(binding: &Binding, cx: &Cx<'_>) -> Judgement {
    escalation::judge(&ESCALATION, binding, cx)
}
