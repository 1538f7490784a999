//! Whoever breaks into a pod has its token: one that opens the cluster makes each flaw of the pod one of the cluster.

use assay_inventory::view::PolicyRule;
use assay_inventory::{Blind, Grant, Identity, ObjectKey, Relation, Variant, Workload};

use crate::account_token::{account, token};
use crate::judging::{self, in_pod};
use crate::power::{self, Extent};
use crate::{Cx, Detail, Judge, Judgement, Rule, granted};

pub(super) const RULE: Rule = Rule::new(
    &[Relation::ServiceAccount, Relation::Grants],
    Judge::Workload(judge),
);

const FIX: &str = "narrow what the ServiceAccount is granted, or let the pod go without the token (automountServiceAccountToken: false)";

/// Verb, group and resource that open the cluster when granted on all objects of it.
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

fn judge(workload: &Workload, cx: &Cx<'_>) -> Judgement {
    judging::told(workload, false, FIX, |variant| {
        let account = account(workload, variant);
        let token = match asked_for(variant, &account) {
            Some(asked) => Ok(Some(asked)),
            None => token(variant, &account, cx),
        };
        match token {
            Err(blind) => vec![Err(blind)],
            Ok(None) => Vec::new(),
            Ok(Some(token)) => match power(account, cx) {
                Err(blind) => vec![Err(blind)],
                Ok(None) => Vec::new(),
                Ok(Some(power)) => vec![Ok(Some(token)), Ok(Some(power))],
            },
        }
    })
}

/// A token for the API server that the spec itself asks for.
fn asked_for(variant: &Variant<'_>, account: &ObjectKey) -> Option<Detail> {
    let mut tokens = variant.spec.tokens.iter();
    let token = tokens.find(|token| {
        token.audience.is_none() && token.volume.as_ref() != "kube-api-access"
    })?;
    Some(in_pod(
        format!("volumes[{}].projected", token.volume),
        format!("a token of ServiceAccount {account}"),
    ))
}

/// By what the account opens the cluster, if it does.
fn power(account: ObjectKey, cx: &Cx<'_>) -> Result<Option<Detail>, Blind> {
    let name = account.to_string();
    let grants = cx.grants(&Identity::ServiceAccount(account))?;
    let mut found = grants.iter().filter_map(|grant| {
        let binding = granted::title(grant.binding);
        let right = opens(grant)?;
        let value = format!("{name}, which {binding} allows {right}");
        Some(in_pod("serviceAccountName", value))
    });
    Ok(found.next())
}

/// What a grant over the whole cluster, or in `kube-system`, opens it by.
fn opens(grant: &Grant<'_>) -> Option<String> {
    let namespace = grant.binding.meta.namespace.as_ref();
    let cluster = namespace.is_empty();
    if !cluster && namespace != "kube-system" {
        return None;
    }
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
