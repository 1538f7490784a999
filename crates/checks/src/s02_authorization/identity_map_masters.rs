//! A cloud's identity that is mapped to `system:masters` passes before any role is looked at.

use assay_inventory::Relation;

use crate::identity_maps::{NO_MAP, entries, is_master, title};
use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(&[Relation::IdentityMap], Judge::Cluster(judge));

fn judge(cx: &Cx<'_>) -> Judgement {
    let Some(entries) = entries(cx)? else {
        return Ok(Outcome::NotApplicable(NO_MAP));
    };
    let mut masters = entries.iter().filter(|entry| is_master(entry));
    let Some(first) = masters.next() else {
        return Ok(Outcome::Pass);
    };
    let more = if masters.next().is_some() {
        ", and others,"
    } else {
        ""
    };
    Ok(Violation::fail(format!(
        "{}{more} the group system:masters, which heeds no role; map it to a group of its own and bind that to the roles it needs",
        title(first),
    )))
}
