//! A binding that grants everything, by the name `cluster-admin` or by rules that amount to it.

use assay_inventory::Relation;
use assay_inventory::view::{Binding, RbacSubject};

use crate::granted::{self, Effect};
use crate::{Cx, Judge, Judgement, Outcome, Rule, Severity, Violation};
use crate::{platform, power};

pub(super) const RULE: Rule = Rule::new(&[Relation::Role], Judge::Binding(judge));

fn judge(binding: &Binding, cx: &Cx<'_>) -> Judgement {
    let by_name = granted::is_cluster_admin(binding)
        && !binding.subjects.is_empty()
        && platform::stock_binding(binding).is_none();
    if !by_name {
        match granted::effect(binding, cx)? {
            Effect::Nothing(fact) => return Ok(Outcome::NotApplicable(fact)),
            Effect::Dangling => return Ok(Outcome::Pass),
            Effect::Rules(rules) if !rules.iter().any(power::is_everything) => {
                return Ok(Outcome::Pass);
            }
            Effect::Rules(_) => {}
        }
    }
    let holders = granted::holders(binding, cx);
    if holders.is_empty() {
        return Ok(Outcome::NotApplicable(granted::BREAK_GLASS));
    }
    Ok(Outcome::Fail(Box::new(violation(binding, &holders))))
}

fn violation(binding: &Binding, holders: &[&RbacSubject]) -> Violation {
    let reach = if binding.meta.namespace.is_empty() {
        "the whole cluster".to_owned()
    } else {
        format!("namespace {}", binding.meta.namespace)
    };
    let crowd = holders.iter().any(|subject| platform::is_crowd(subject));
    Violation {
        severity: Some(if crowd {
            Severity::Critical
        } else {
            Severity::High
        }),
        ..Violation::new(format!(
            "{}: roleRef {} gives {} every right over {reach}; bind a role with the rules they use, or name them under spec.parameters.breakGlass of the profile",
            granted::title(binding),
            binding.role.name,
            granted::names(holders),
        ))
    }
}
