//! A token that its holder has no use for is of use to intruders alone.

use std::slice;

use assay_inventory::{Blind, Identity, ObjectKey, Relation, Variant, Workload};

use crate::account_token::{account, token};
use crate::judging::{Told, told};
use crate::{Cx, Judge, Judgement, Rule, platform};

pub(super) const RULE: Rule = Rule::new(
    &[Relation::ServiceAccount, Relation::Grants],
    Judge::Workload(judge),
);

const FIX: &str = "its ServiceAccount holds no right beyond discovery: set automountServiceAccountToken: false in the pod template or the ServiceAccount, and restart pods that have the token already";

fn judge(workload: &Workload, cx: &Cx<'_>) -> Judgement {
    told(workload, false, FIX, |variant| {
        vec![without_use(workload, variant, cx)]
    })
}

/// The token of one thing that a workload runs, if its account has no use for any.
fn without_use(workload: &Workload, variant: &Variant<'_>, cx: &Cx<'_>) -> Told {
    let account = account(workload, variant);
    match token(variant, &account, cx) {
        Ok(None) => Ok(None),
        // Whether it gets a token decides nothing where it has a use for one.
        _ if is_used(&account, cx)? => Ok(None),
        found => Ok(found?.map(|token| token.detail(&account))),
    }
}

/// Whether the account holds any right that not everybody has.
fn is_used(account: &ObjectKey, cx: &Cx<'_>) -> Result<bool, Blind> {
    let grants = cx.grants(&Identity::ServiceAccount(account.clone()))?;
    Ok(grants.iter().any(|grant| {
        let everywhere = grant.binding.meta.namespace.is_empty();
        let rules = grant.role.into_iter().flat_map(|role| &role.rules);
        // A RoleBinding grants no paths.
        let mut rules = rules.filter(|rule| everywhere || !rule.resources.is_empty());
        rules.any(|rule| !platform::is_discovery(slice::from_ref(rule)))
    }))
}
