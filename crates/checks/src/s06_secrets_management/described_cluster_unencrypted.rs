//! Secrets that the provider's own key encrypts are open to whoever the provider lets in.

use assay_inventory::Class;
use assay_inventory::view::ThirdPartyObject;

use crate::described::{encrypts, name};
use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(&[], Judge::ThirdParty(Class::ClusterDescription, judge));

fn judge(object: &ThirdPartyObject, _cx: &Cx<'_>) -> Judgement {
    Ok(match encrypts(object)? {
        None => Outcome::NotApplicable("it does not tell how Secrets are encrypted"),
        Some((_, true)) => Outcome::Pass,
        Some((field, false)) => Violation::fail(format!(
            "{}: {field} does not encrypt Secrets by a key of your own; name one there",
            name(object)
        )),
    })
}
