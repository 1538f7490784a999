//! Three verbs hand out rights: `escalate` and `bind` without bounds, a write on bindings within one's own.

use assay_inventory::Relation;
use assay_inventory::view::Binding;

use crate::escalation::{self, Deed, Escalation, Weight};
use crate::{Cx, Judge, Judgement, Rule, Severity};

pub(super) const RULE: Rule = Rule::new(&[Relation::Role], Judge::Binding(judge));

pub(super) const ESCALATION: Escalation = Escalation {
    deeds: &[
        Deed {
            verbs: &["escalate"],
            group: "rbac.authorization.k8s.io",
            resources: &["clusterroles"],
            cluster: Weight::of(Severity::High).even_named(Severity::High),
            namespace: Weight::NONE,
        },
        Deed {
            verbs: &["escalate"],
            group: "rbac.authorization.k8s.io",
            resources: &["roles"],
            cluster: Weight::of(Severity::High).even_named(Severity::High),
            namespace: Weight::of(Severity::Medium).even_named(Severity::Medium),
        },
        Deed {
            verbs: &["bind"],
            group: "rbac.authorization.k8s.io",
            resources: &["clusterroles", "roles"],
            cluster: Weight::of(Severity::High).even_named(Severity::Medium),
            namespace: Weight::of(Severity::Medium).even_named(Severity::Medium),
        },
        Deed {
            verbs: &["create", "update", "patch"],
            group: "rbac.authorization.k8s.io",
            resources: &["clusterrolebindings"],
            cluster: Weight::of(Severity::High).even_named(Severity::Medium),
            namespace: Weight::NONE,
        },
        Deed {
            verbs: &["create", "update", "patch"],
            group: "rbac.authorization.k8s.io",
            resources: &["rolebindings"],
            cluster: Weight::of(Severity::High).even_named(Severity::Medium),
            namespace: Weight::of(Severity::Medium),
        },
    ],
    does: "hand out rights",
    fix: "leave roles and bindings to a delivery tool, and drop escalate and bind",
};

fn judge(binding: &Binding, cx: &Cx<'_>) -> Judgement {
    escalation::judge(&ESCALATION, binding, cx)
}
