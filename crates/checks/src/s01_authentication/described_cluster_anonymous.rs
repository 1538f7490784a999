//! Strangers need the paths of health and no other.

use assay_inventory::Class;
use assay_inventory::view::ThirdPartyObject;

use crate::described::{name, strangers};
use crate::judging::shown;
use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(&[], Judge::ThirdParty(Class::ClusterDescription, judge));

fn judge(object: &ThirdPartyObject, _cx: &Cx<'_>) -> Judgement {
    Ok(match strangers(object)? {
        None => Outcome::NotApplicable("it does not tell how strangers are answered"),
        Some((_, mode)) if mode.as_ref() == "LIMITED" => Outcome::Pass,
        Some((field, mode)) => Violation::fail(format!(
            "{}: {field} is {}; set it to LIMITED, so that strangers reach the paths of health alone",
            name(object),
            shown(mode)
        )),
    })
}
