//! A single word is how certificates and password files name people; identity providers say more.

use assay_inventory::Relation;
use assay_inventory::view::{Binding, RbacSubject};

use crate::user_names::{self, Told};
use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation, granted};

pub(super) const RULE: Rule = Rule::new(&[Relation::Role], Judge::Binding(judge));

fn judge(binding: &Binding, cx: &Cx<'_>) -> Judgement {
    let found = user_names::named(binding, cx, Told::Bare);
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
        "{}: subjects names {}, a bare word as certificates and password files have it, and roleRef {} lets it change things {}; find out how this user signs in, and bind the name that your identity provider gives",
        granted::title(binding),
        granted::names(&found),
        binding.role.name,
        granted::reach(binding),
    )))
}
