//! The built-in roles are made for a namespace: bound cluster-wide, `admin` and `edit` reach every Secret and account.

use assay_inventory::Relation;
use assay_inventory::view::Binding;

use crate::granted::{self, Effect};
use crate::power;
use crate::{Cx, Judge, Judgement, Outcome, Rule, Severity, Violation};

pub(super) const RULE: Rule = Rule::new(&[Relation::Role], Judge::Binding(judge));

fn judge(binding: &Binding, cx: &Cx<'_>) -> Judgement {
    let role = binding.role.name.as_ref();
    let (severity, can) = match role {
        "admin" => (
            Severity::High,
            "read Secrets, take any ServiceAccount and hand out rights in every namespace",
        ),
        "edit" => (
            Severity::High,
            "read Secrets and take any ServiceAccount in every namespace",
        ),
        "view" => (Severity::Medium, "read nearly all but Secrets in every namespace"),
        _ => return Ok(Outcome::Pass),
    };
    if !binding.meta.namespace.is_empty() {
        return Ok(Outcome::Pass);
    }
    let holders = granted::holders(binding, cx);
    if holders.is_empty() {
        let fact = if binding.subjects.is_empty() {
            "grants to nobody"
        } else {
            granted::BREAK_GLASS
        };
        return Ok(Outcome::NotApplicable(fact));
    }
    // What others aggregate into the role may amount to everything. By its name it is a finding as it stands.
    if let Ok(Effect::Rules(rules)) = granted::effect(binding, cx)
        && rules.iter().any(power::is_everything)
    {
        return Ok(Outcome::NotApplicable("reported by cluster-admin-binding"));
    }
    Ok(Outcome::Fail(Box::new(Violation {
        severity: Some(severity),
        ..Violation::new(format!(
            "{}: roleRef {role} lets {} {can}; bind it by a RoleBinding in the namespaces they work in",
            granted::title(binding),
            granted::names(&holders),
        ))
    })))
}
