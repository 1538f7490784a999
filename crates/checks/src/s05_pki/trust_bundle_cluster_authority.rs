//! Who trusts the cluster's authority trusts every node of its control plane.

use assay_inventory::Class;
use assay_inventory::view::ThirdPartyObject;

use crate::described::name;
use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(&[], Judge::ThirdParty(Class::TrustBundle, judge));

/// The copy of the cluster's authority that each namespace is given.
const AUTHORITY: &str = "kube-root-ca.crt";

fn judge(object: &ThirdPartyObject, _cx: &Cx<'_>) -> Judgement {
    let mut sources = object.fields.items("spec.sources").iter();
    let holds = sources.any(|source| {
        let map = source.text("configMap.name");
        map.is_some_and(|name| name.as_ref() == AUTHORITY)
    });
    if !holds {
        return Ok(Outcome::Pass);
    }
    Ok(Violation::fail(format!(
        "{}: spec.sources names the ConfigMap {AUTHORITY}, so that whoever trusts the bundle trusts the cluster's authority; take it out, and let servers use certificates of another authority",
        name(object)
    )))
}
