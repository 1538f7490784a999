//! A role for a group of `ServiceAccounts` is a role for every pod of a namespace, or of all.

use assay_inventory::Relation;
use assay_inventory::view::{Binding, RbacSubject};

use crate::granted::{self, Effect};
use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation, platform};

pub(super) const RULE: Rule = Rule::new(&[Relation::Role], Judge::Binding(judge));

fn judge(binding: &Binding, cx: &Cx<'_>) -> Judgement {
    let groups: Vec<&RbacSubject> = binding
        .subjects
        .iter()
        .filter(|subject| platform::is_account_group(subject))
        .collect();
    if groups.is_empty() {
        return Ok(Outcome::Pass);
    }
    match granted::effect(binding, cx)? {
        Effect::Nothing(fact) => return Ok(Outcome::NotApplicable(fact)),
        Effect::Rules(rules) if platform::is_discovery(&rules) => return Ok(Outcome::Pass),
        Effect::Rules(_) | Effect::Dangling => {}
    }
    Ok(Violation::fail(format!(
        "{}: subjects names {}, so every pod behind it holds roleRef {} {}; name the ServiceAccounts that need it",
        granted::title(binding),
        granted::names(&groups),
        binding.role.name,
        granted::reach(binding),
    )))
}
