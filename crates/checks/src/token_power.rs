//! What a pod's token opens: for what judges tokens by how far they reach.

use assay_inventory::view::{Binding, PolicyRule};
use assay_inventory::{Blind, Grant, Identity, ObjectKey, Variant, Workload};

use crate::account_token::{account, asked_for, token};
use crate::escalation::{Escalation, Scope};
use crate::judging::{Told, in_pod};
use crate::s02_authorization::{OPEN_A_NAMESPACE, OPEN_THE_CLUSTER};
use crate::signers::signers;
use crate::{Cx, Detail, Severity, granted, power};

/// Where it says that the pod gets a token, and by which binding of those that count it opens anything; nothing if there is no
/// such token.
pub(crate) fn told(
    workload: &Workload,
    variant: &Variant<'_>,
    cx: &Cx<'_>,
    counts: fn(&Binding) -> bool,
) -> Vec<Told> {
    let account = account(workload, variant);
    let token = match asked_for(variant) {
        Some(asked) => Ok(Some(asked)),
        None => token(variant, &account, cx),
    };
    match token {
        Err(blind) => vec![Err(blind)],
        Ok(None) => Vec::new(),
        Ok(Some(token)) => match power(&account, cx, counts) {
            Err(blind) => vec![Err(blind)],
            Ok(None) => Vec::new(),
            Ok(Some(power)) => vec![Ok(Some(token.detail(&account))), Ok(Some(power))],
        },
    }
}

/// By what the account opens the cluster or a namespace, if it does.
fn power(
    account: &ObjectKey,
    cx: &Cx<'_>,
    counts: fn(&Binding) -> bool,
) -> Result<Option<Detail>, Blind> {
    let identity = Identity::ServiceAccount(account.clone());
    let grants = cx.grants(&identity)?;
    let counting = grants.iter().filter(|grant| counts(grant.binding));
    let mut found = counting.filter_map(|grant| {
        let right = opens(grant, account)?;
        let binding = granted::title(grant.binding);
        let value = format!("{account}, which {binding} allows {right}");
        Some(in_pod("serviceAccountName", value))
    });
    Ok(found.next())
}

/// What a grant opens the cluster, or its namespace, by: what the checks of 2.1 find grave.
fn opens(grant: &Grant<'_>, account: &ObjectKey) -> Option<String> {
    if granted::is_cluster_admin(grant.binding) {
        return Some("everything".to_owned());
    }
    let rules: &[PolicyRule] = &grant.role?.rules;
    if rules.iter().any(power::is_everything) {
        return Some("everything".to_owned());
    }
    match Scope::of(grant.binding) {
        scope @ Scope::Cluster => first(rules, &OPEN_THE_CLUSTER, scope, Severity::High)
            .or_else(|| makes_logins(rules))
            // What opens one namespace opens each.
            .or_else(|| first(rules, &OPEN_A_NAMESPACE, scope, Severity::Medium)),
        scope => {
            // By a token of its own it gains nothing.
            let own = (grant.binding.meta.namespace == account.namespace).then_some(&account.name);
            let on_others = granted::on_others(rules, own.map(AsRef::as_ref));
            first(&on_others, &OPEN_A_NAMESPACE, scope, Severity::Medium)
        }
    }
}

/// The first of these escalations that weighs as much as `least`, in words.
fn first(
    rules: &[PolicyRule],
    all: &[&Escalation],
    scope: Scope,
    least: Severity,
) -> Option<String> {
    let mut found = all
        .iter()
        .filter_map(|escalation| escalation.first(rules, scope, least));
    found
        .next()
        .map(|(verb, resource)| format!("to {verb} {resource}"))
}

/// By which signer the rules let certificates be made that open the cluster.
fn makes_logins(rules: &[PolicyRule]) -> Option<String> {
    let mut all = signers(rules).into_iter();
    let held = all.find(|held| held.severity == Severity::High)?;
    Some(format!("to {} {}", held.verbs.join(", "), held.resource))
}
