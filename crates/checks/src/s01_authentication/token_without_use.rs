//! A token that its holder has no use for is of use to intruders alone.

use std::collections::BTreeSet;

use assay_inventory::{Blind, Identity, ObjectKey, Relation, Workload};

use crate::account_token::{account, token};
use crate::{Cx, Judge, Judgement, Outcome, Rule, judging, platform};

pub(super) const RULE: Rule = Rule::new(
    &[Relation::ServiceAccount, Relation::Grants],
    Judge::Workload(judge),
);

const FIX: &str = "its ServiceAccount holds no right beyond discovery: set automountServiceAccountToken: false in the pod template or the ServiceAccount, and restart pods that have the token already";

fn judge(workload: &Workload, cx: &Cx<'_>) -> Judgement {
    let variants = workload.variants();
    if variants.is_empty() {
        return Ok(Outcome::NotApplicable("all its pods have ended"));
    }
    let mut details = BTreeSet::new();
    for variant in variants {
        let account = account(workload, &variant);
        match token(&variant, &account, cx) {
            Ok(None) => {}
            Ok(Some(detail)) => {
                if !is_used(account, cx)? {
                    details.insert(detail);
                }
            }
            // Whether it gets a token decides nothing where it has a use for one.
            Err(blind) => {
                if !is_used(account, cx)? {
                    return Err(blind);
                }
            }
        }
    }
    Ok(judging::outcome(workload, details.into_iter().collect(), FIX))
}

/// Whether the account holds any right that not everybody has.
fn is_used(account: ObjectKey, cx: &Cx<'_>) -> Result<bool, Blind> {
    let grants = cx.grants(&Identity::ServiceAccount(account))?;
    let mut roles = grants.iter().filter_map(|grant| grant.role);
    Ok(roles.any(|role| !platform::is_discovery(&role.rules)))
}
