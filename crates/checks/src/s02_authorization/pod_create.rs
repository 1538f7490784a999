//! A pod may name any `ServiceAccount`, Secret and volume of its namespace: who makes pods has all they have.

use assay_inventory::Relation;
use assay_inventory::view::Binding;

use crate::escalation::{self, Deed, Escalation, Scope, Weight};
use crate::{Cx, Judge, Judgement, Outcome, Rule, Severity};

pub(super) const RULE: Rule = Rule::new(&[Relation::Role], Judge::Binding(judge));

pub(super) const ESCALATION: Escalation = Escalation {
    deeds: &deeds(Severity::High),
    does: "run pods of its choice, as any ServiceAccount there",
    fix: "let a delivery tool create workloads, by a Role in each namespace it serves",
};

/// What makes pods or changes what they run; `namespace` is the weight of a grant in one namespace.
pub(super) const fn deeds(namespace: Severity) -> [Deed; 4] {
    const WRITE: &[&str] = &["create", "update", "patch"];
    let namespace = Weight::of(namespace);
    let cluster = Weight::of(Severity::High);
    [
        Deed {
            verbs: WRITE,
            group: "",
            resources: &["pods"],
            cluster,
            namespace,
        },
        Deed {
            verbs: WRITE,
            group: "apps",
            resources: &["deployments", "statefulsets", "daemonsets", "replicasets"],
            cluster,
            namespace,
        },
        Deed {
            verbs: WRITE,
            group: "batch",
            resources: &["cronjobs", "jobs"],
            cluster,
            namespace,
        },
        Deed {
            verbs: WRITE,
            group: "",
            resources: &["replicationcontrollers"],
            cluster,
            namespace,
        },
    ]
}

fn judge(binding: &Binding, cx: &Cx<'_>) -> Judgement {
    if Scope::of(binding).is_wide() {
        escalation::judge(&ESCALATION, binding, cx)
    } else {
        Ok(Outcome::NotApplicable("judged by pod-create-in-namespace"))
    }
}
