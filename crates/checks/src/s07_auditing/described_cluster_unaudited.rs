//! A managed control plane records nothing that its customer sees, until it is told to.

use assay_inventory::Class;
use assay_inventory::view::ThirdPartyObject;

use crate::described::{name, records};
use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(&[], Judge::ThirdParty(Class::ClusterDescription, judge));

fn judge(object: &ThirdPartyObject, _cx: &Cx<'_>) -> Judgement {
    Ok(match records(object)? {
        None => Outcome::NotApplicable("it is not such objects that turn its provider's audit on"),
        Some((_, true)) => Outcome::Pass,
        Some((field, false)) => Violation::fail(format!(
            "{}: {field} does not turn audit on, so that nobody will know what is done through its API; turn it on there",
            name(object)
        )),
    })
}
