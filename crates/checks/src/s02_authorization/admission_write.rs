//! Admission is the guard at the gate: who writes it sees, changes or admits every object.

use assay_inventory::Relation;
use assay_inventory::view::Binding;

use crate::escalation::{self, Deed, Escalation, Weight};
use crate::{Cx, Judge, Judgement, Rule, Severity};

pub(super) const RULE: Rule = Rule::new(&[Relation::Role], Judge::Binding(judge));

const WRITE: &[&str] = &["create", "update", "patch", "delete", "deletecollection"];
const ENGINE: Weight = Weight::of(Severity::Medium).even_named(Severity::Medium);

/// Policies of an engine that have no namespace, so that no `RoleBinding` reaches them.
const fn over_the_cluster(group: &'static str, resources: &'static [&'static str]) -> Deed {
    Deed {
        verbs: WRITE,
        group,
        resources,
        cluster: ENGINE,
        namespace: Weight::NONE,
    }
}

/// Policies of an engine, and exceptions from them, in namespaces.
const fn in_a_namespace(group: &'static str, resources: &'static [&'static str]) -> Deed {
    Deed {
        namespace: Weight::of(Severity::Medium),
        ..over_the_cluster(group, resources)
    }
}

pub(super) const ESCALATION: Escalation = Escalation {
    deeds: &[
        Deed {
            verbs: WRITE,
            group: "admissionregistration.k8s.io",
            resources: &["mutatingwebhookconfigurations", "validatingwebhookconfigurations", "mutatingadmissionpolicies", "mutatingadmissionpolicybindings", "validatingadmissionpolicies", "validatingadmissionpolicybindings"],
            cluster: Weight::of(Severity::High).even_named(Severity::Medium),
            namespace: Weight::NONE,
        },
        over_the_cluster("kyverno.io", &["clusterpolicies"]),
        in_a_namespace("kyverno.io", &["policies", "policyexceptions"]),
        over_the_cluster(
            "policies.kyverno.io",
            &["validatingpolicies", "mutatingpolicies", "generatingpolicies", "deletingpolicies", "imagevalidatingpolicies", "authorizingpolicies"],
        ),
        in_a_namespace(
            "policies.kyverno.io",
            &["namespacedvalidatingpolicies", "namespacedmutatingpolicies", "namespacedgeneratingpolicies", "namespaceddeletingpolicies", "namespacedimagevalidatingpolicies", "policyexceptions"],
        ),
        over_the_cluster("templates.gatekeeper.sh", &["constrainttemplates"]),
    ],
    does: "change what admission checks",
    fix: "leave admission to the cluster's administrators; narrow a controller that keeps its own configuration by resourceNames",
};

fn judge(binding: &Binding, cx: &Cx<'_>) -> Judgement {
    escalation::judge(&ESCALATION, binding, cx)
}
