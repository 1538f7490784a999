//! Behind a name that stands for nobody stands whoever has its credential.

use assay_inventory::Relation;
use assay_inventory::view::{Binding, RbacSubject};

use crate::user_names::{self, Told};
use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation, granted};

pub(super) const RULE: Rule = Rule::new(&[Relation::Role], Judge::Binding(judge));

fn judge(binding: &Binding, cx: &Cx<'_>) -> Judgement {
    let found = user_names::named(binding, cx, Told::Generic);
    if found.is_empty() {
        return Ok(Outcome::Pass);
    }
    match user_names::writes(binding, cx)? {
        Err(fact) => return Ok(Outcome::NotApplicable(fact)),
        Ok(false) => return Ok(Outcome::NotApplicable("its role only reads")),
        Ok(true) => {}
    }
    let found: Vec<&RbacSubject> = found.iter().collect();
    Ok(Violation::fail(format!(
        "{}: subjects names {}, a name that anybody may share, and roleRef {} lets it change things {}; bind named people, or a group whose members your identity provider keeps",
        granted::title(binding),
        granted::names(&found),
        binding.role.name,
        granted::reach(binding),
    )))
}
