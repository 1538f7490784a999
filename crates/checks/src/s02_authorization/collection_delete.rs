//! One `deletecollection` over the whole cluster empties every namespace of a kind.

use assay_inventory::Relation;
use assay_inventory::view::{Binding, PolicyRule};

use crate::granted::{self, granted};
use crate::power::contains;
use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(&[Relation::Role], Judge::Binding(judge));

fn judge(binding: &Binding, cx: &Cx<'_>) -> Judgement {
    if !binding.meta.namespace.is_empty() {
        return Ok(Outcome::NotApplicable(
            "in one namespace it adds nothing to delete and list",
        ));
    }
    let granted = match granted(binding, cx)? {
        Ok(granted) => granted,
        Err(fact) => return Ok(Outcome::NotApplicable(fact)),
    };
    let found: Vec<PolicyRule> = granted.rules.iter().filter_map(emptying).collect();
    if found.is_empty() {
        return Ok(Outcome::Pass);
    }
    Ok(Violation::fail(format!(
        "{}: roleRef {} lets {} delete all objects of a kind at a stroke ({}) over the whole cluster; leave deletecollection out of rules, or bind the role in the namespaces it is for",
        granted::title(binding),
        binding.role.name,
        granted::names(&granted.holders),
        granted::brief(&found),
    )))
}

/// Of a rule, what allows to empty a kind. The verb `*` is reported by `wildcard-rule`. A request of this verb carries no
/// name, so that of all names the empty one alone allows it.
fn emptying(rule: &PolicyRule) -> Option<PolicyRule> {
    let emptying = contains(&rule.verbs, "deletecollection")
        && (rule.resource_names.is_empty() || contains(&rule.resource_names, ""))
        && !rule.api_groups.is_empty()
        && !rule.resources.is_empty();
    emptying.then(|| PolicyRule {
        verbs: vec!["deletecollection".into()],
        ..rule.clone()
    })
}
