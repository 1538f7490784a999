//! An API server that everybody reaches needs but one credential that leaks.

use assay_inventory::Class;
use assay_inventory::view::ThirdPartyObject;

use crate::described::exposure;
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[], Judge::ThirdParty(Class::ClusterDescription, judge));

fn judge(object: &ThirdPartyObject, _cx: &Cx<'_>) -> Judgement {
    exposure(object)
}
