//! Who defines kinds or serves groups of the API answers for everyone who uses them.

use assay_inventory::Relation;
use assay_inventory::view::Binding;

use crate::escalation::{self, Deed, Escalation, Weight};
use crate::{Cx, Judge, Judgement, Rule, Severity};

pub(super) const RULE: Rule = Rule::new(&[Relation::Role], Judge::Binding(judge));

pub(super) const ESCALATION: Escalation = Escalation {
    deeds: &[
        Deed {
            verbs: &["create", "update", "patch", "delete", "deletecollection"],
            group: "apiextensions.k8s.io",
            resources: &["customresourcedefinitions"],
            cluster: Weight::of(Severity::High).even_named(Severity::Medium),
            namespace: Weight::NONE,
        },
        Deed {
            verbs: &["create", "update", "patch", "delete", "deletecollection"],
            group: "apiregistration.k8s.io",
            resources: &["apiservices"],
            cluster: Weight::of(Severity::High).even_named(Severity::Medium),
            namespace: Weight::NONE,
        },
    ],
    does: "redefine parts of the API",
    fix: "leave CustomResourceDefinitions and APIServices to the cluster's administrators",
};

fn judge(binding: &Binding, cx: &Cx<'_>) -> Judgement {
    escalation::judge(&ESCALATION, binding, cx)
}
