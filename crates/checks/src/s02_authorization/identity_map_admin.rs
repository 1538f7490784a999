//! A cloud's identity that is mapped to a group with every right is an administrator that no binding names.

use assay_inventory::Relation;

use crate::identity_maps::{NO_MAP, administers, entries, is_masters, title};
use crate::judging::shown;
use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation, granted};

pub(super) const RULE: Rule = Rule::new(
    &[Relation::IdentityMap, Relation::Grants],
    Judge::Cluster(judge),
);

fn judge(cx: &Cx<'_>) -> Judgement {
    let Some(entries) = entries(cx)? else {
        return Ok(Outcome::NotApplicable(NO_MAP));
    };
    // What is shown counts, whatever of others cannot be told.
    let mut blind = None;
    for entry in entries {
        // That one is reported by `identity-map-masters`.
        let groups = entry.groups.iter().filter(|group| !is_masters(group));
        for group in groups {
            let binding = administers(group, cx).unwrap_or_else(|why| {
                blind.get_or_insert(why);
                None
            });
            if let Some(binding) = binding {
                return Ok(Violation::fail(format!(
                    "{} the group {}, to which {} gives every right; map it to a group that is bound to the roles it needs",
                    title(entry),
                    shown(group),
                    granted::title(binding),
                )));
            }
        }
    }
    blind.map_or(Ok(Outcome::Pass), Err)
}
