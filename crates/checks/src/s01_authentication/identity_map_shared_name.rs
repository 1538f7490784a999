//! A role of the cloud is taken by many: mapped to one name, they all look alike.

use assay_inventory::{Blind, MappedIdentity, Relation};

use crate::identity_maps::{NO_MAP, administers, entries, is_master, title};
use crate::judging::shown;
use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(
    &[Relation::IdentityMap, Relation::Grants],
    Judge::Cluster(judge),
);

fn judge(cx: &Cx<'_>) -> Judgement {
    let Some(entries) = entries(cx)? else {
        return Ok(Outcome::NotApplicable(NO_MAP));
    };
    for entry in entries {
        let constant = entry.field == "mapRoles" && !entry.username.contains("{{");
        if constant && is_administrator(entry, cx)? {
            return Ok(Violation::fail(format!(
                "{} the user name {} and every right, whoever takes the role; put {{{{SessionName}}}} into username, so that the audit log tells them apart",
                title(entry),
                shown(&entry.username),
            )));
        }
    }
    Ok(Outcome::Pass)
}

fn is_administrator(entry: &MappedIdentity, cx: &Cx<'_>) -> Result<bool, Blind> {
    if is_master(entry) {
        return Ok(true);
    }
    for group in &entry.groups {
        if administers(group, cx)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}
