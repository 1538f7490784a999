//! Making pods in one namespace is daily work, and yet has every `ServiceAccount` and Secret of that namespace.

use assay_inventory::Relation;
use assay_inventory::view::Binding;

use super::pod_create::deeds;
use crate::escalation::{self, Escalation, Scope};
use crate::{Cx, Judge, Judgement, Outcome, Rule, Severity};

pub(super) const RULE: Rule = Rule::new(&[Relation::Role], Judge::Binding(judge));

const ESCALATION: Escalation = Escalation {
    deeds: &deeds(Severity::Medium),
    does: "run pods of its choice, as any ServiceAccount there",
    fix: "keep ServiceAccounts with strong roles and Secrets of others out of this namespace, or let a delivery tool create workloads",
};

fn judge(binding: &Binding, cx: &Cx<'_>) -> Judgement {
    if Scope::of(binding).is_wide() {
        Ok(Outcome::NotApplicable("judged by pod-create"))
    } else {
        escalation::judge(&ESCALATION, binding, cx)
    }
}
