//! What a pod's token opens: for what judges tokens by how far they reach.

use assay_inventory::view::{Binding, PolicyRule};
use assay_inventory::{Blind, Grant, Identity, ObjectKey, Variant, Workload};

use crate::account_token::{account, token};
use crate::judging::{Told, in_pod};
use crate::power::{self, Extent};
use crate::{Cx, Detail, granted};

/// Verb, group and resource that open the cluster, or a namespace, when granted on all objects of it.
const POWERS: [(&str, &str, &str); 17] = [
    ("get", "", "secrets"),
    ("list", "", "secrets"),
    ("watch", "", "secrets"),
    ("create", "", "pods"),
    ("create", "apps", "deployments"),
    ("create", "apps", "daemonsets"),
    ("create", "batch", "jobs"),
    ("create", "", "pods/exec"),
    ("create", "", "serviceaccounts/token"),
    ("get", "", "nodes/proxy"),
    ("create", "", "nodes/proxy"),
    ("impersonate", "", "users"),
    ("impersonate", "", "groups"),
    ("impersonate", "", "serviceaccounts"),
    ("escalate", "rbac.authorization.k8s.io", "clusterroles"),
    ("create", "rbac.authorization.k8s.io", "clusterrolebindings"),
    ("approve", "certificates.k8s.io", "signers"),
];

/// Where it says that the pod gets a token, and by which binding of those that count it opens anything; nothing if there is no
/// such token.
pub(crate) fn told(
    workload: &Workload,
    variant: &Variant<'_>,
    cx: &Cx<'_>,
    counts: fn(&Binding) -> bool,
) -> Vec<Told> {
    let account = account(workload, variant);
    let token = match asked_for(variant, &account) {
        Some(asked) => Ok(Some(asked)),
        None => token(variant, &account, cx),
    };
    match token {
        Err(blind) => vec![Err(blind)],
        Ok(None) => Vec::new(),
        Ok(Some(token)) => match power(account, cx, counts) {
            Err(blind) => vec![Err(blind)],
            Ok(None) => Vec::new(),
            Ok(Some(power)) => vec![Ok(Some(token)), Ok(Some(power))],
        },
    }
}

/// Whether a binding reaches the cluster: all of it, or the namespace that its components run in.
pub(crate) fn reaches_the_cluster(binding: &Binding) -> bool {
    let namespace = binding.meta.namespace.as_ref();
    namespace.is_empty() || namespace == "kube-system"
}

/// A token for the API server that the spec itself asks for.
fn asked_for(variant: &Variant<'_>, account: &ObjectKey) -> Option<Detail> {
    let mut tokens = variant.spec.tokens.iter();
    let token = tokens
        .find(|token| token.audience.is_none() && token.volume.as_ref() != "kube-api-access")?;
    Some(in_pod(
        format!("volumes[{}].projected", token.volume),
        format!("a token of ServiceAccount {account}"),
    ))
}

/// By what the account opens the cluster or a namespace, if it does.
fn power(
    account: ObjectKey,
    cx: &Cx<'_>,
    counts: fn(&Binding) -> bool,
) -> Result<Option<Detail>, Blind> {
    let name = account.to_string();
    let grants = cx.grants(&Identity::ServiceAccount(account))?;
    let counting = grants.iter().filter(|grant| counts(grant.binding));
    let mut found = counting.filter_map(|grant| {
        let binding = granted::title(grant.binding);
        let right = opens(grant)?;
        let value = format!("{name}, which {binding} allows {right}");
        Some(in_pod("serviceAccountName", value))
    });
    Ok(found.next())
}

/// What a grant opens the cluster, or its namespace, by.
fn opens(grant: &Grant<'_>) -> Option<String> {
    let cluster = grant.binding.meta.namespace.is_empty();
    if granted::is_cluster_admin(grant.binding) {
        return Some("everything".to_owned());
    }
    let rules: &[PolicyRule] = &grant.role?.rules;
    if rules.iter().any(power::is_everything) {
        return Some("everything".to_owned());
    }
    POWERS
        .iter()
        .filter(|(_, group, resource)| cluster || reached_in_namespace(group, resource))
        .find(|(verb, group, resource)| {
            power::extent(rules, verb, group, resource) == Some(Extent::All)
        })
        .map(|(verb, _, resource)| format!("to {verb} {resource}"))
}

/// Whether objects of the resource live in namespaces, so that a `RoleBinding` reaches them.
fn reached_in_namespace(group: &str, resource: &str) -> bool {
    !matches!(
        (group, resource),
        ("", "nodes/proxy" | "users" | "groups")
            | ("certificates.k8s.io" | "rbac.authorization.k8s.io", _)
    )
}
