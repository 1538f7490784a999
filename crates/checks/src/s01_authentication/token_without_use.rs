//! A token that its holder has no use for is of use to intruders alone.

use std::collections::BTreeSet;

use assay_inventory::view::PodSpec;
use assay_inventory::{Blind, Identity, ObjectKey, Relation, Variant, Workload};

use crate::{Cx, Detail, Judge, Judgement, Outcome, Rule, platform};
use crate::{judging, judging::in_pod};

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
        let account = ObjectKey::new(
            workload.key.namespace.clone(),
            variant.spec.service_account.clone(),
        );
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

/// Where it says that the pod gets a token for the API. Of live pods the volume itself tells, of templates the fields
/// that admission will go by.
fn token(
    variant: &Variant<'_>,
    account: &ObjectKey,
    cx: &Cx<'_>,
) -> Result<Option<Detail>, Blind> {
    let spec = variant.spec;
    if !variant.template {
        return Ok(mounted(spec)
            .then(|| in_pod("volumes[kube-api-access]", format!("a token of ServiceAccount {account}"))));
    }
    Ok(match spec.automount {
        Some(false) => None,
        Some(true) => Some(in_pod("automountServiceAccountToken", "true")),
        None => {
            let found = cx.service_account(account)?;
            let value = match found.map(|it| it.automount) {
                Some(Some(false)) => return Ok(None),
                Some(Some(true)) => format!("true by ServiceAccount {account}"),
                Some(None) => format!("unset, in ServiceAccount {account} as well"),
                None => format!("unset, which is true unless ServiceAccount {account} says otherwise"),
            };
            Some(in_pod("automountServiceAccountToken", value))
        }
    })
}

/// Whether admission added its token. Tokens that a template asks for itself have a purpose their author knows.
fn mounted(spec: &PodSpec) -> bool {
    let mut tokens = spec.tokens.iter();
    tokens.any(|token| token.volume.as_ref() == "kube-api-access" && token.audience.is_none())
}

/// Whether the account holds any right that not everybody has.
fn is_used(account: ObjectKey, cx: &Cx<'_>) -> Result<bool, Blind> {
    let grants = cx.grants(&Identity::ServiceAccount(account))?;
    let mut roles = grants.iter().filter_map(|grant| grant.role);
    Ok(roles.any(|role| !platform::is_discovery(&role.rules)))
}
