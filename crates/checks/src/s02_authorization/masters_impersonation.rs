//! Who may impersonate groups, `system:masters` among them, passes before any role is looked at.

use assay_inventory::Relation;
use assay_inventory::view::Binding;

use crate::granted::{self, granted};
use crate::power;
use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(&[Relation::Role], Judge::Binding(judge));

fn judge(binding: &Binding, cx: &Cx<'_>) -> Judgement {
    if !binding.meta.namespace.is_empty() {
        return Ok(Outcome::NotApplicable(
            "groups are cluster-scoped, which no RoleBinding reaches",
        ));
    }
    let granted = match granted(binding, cx)? {
        Ok(granted) => granted,
        Err(fact) => return Ok(Outcome::NotApplicable(fact)),
    };
    // The verbs of constrained impersonation are refused for this group whatever the rules say.
    if !power::grants(
        &granted.rules,
        "impersonate",
        "",
        "groups",
        Some("system:masters"),
    ) {
        return Ok(Outcome::Pass);
    }
    Ok(Violation::fail(format!(
        "{}: roleRef {} lets {} impersonate the group system:masters; name in resourceNames the groups it may take, and never this one",
        granted::title(binding),
        binding.role.name,
        granted::names(&granted.holders),
    )))
}
