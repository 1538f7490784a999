//! What a binding grants beyond what Kubernetes ships, to whom and how far: the join that 2.1 and 2.2 judge.

use std::borrow::Cow;
use std::collections::BTreeSet;

use assay_inventory::view::{Binding, PolicyRule, RbacSubject};
use assay_inventory::{Blind, Identity};

use crate::judging::shown;
use crate::{Cx, platform, power};

/// What a binding comes to.
pub(crate) enum Effect<'a> {
    /// Nothing to judge, by the fact given.
    Nothing(&'static str),
    /// Its role does not exist, so it grants nothing until somebody creates it.
    Dangling,
    /// These rules. Of a stock binding, what its role holds beyond the stock role.
    Rules(Cow<'a, [PolicyRule]>),
}

/// What a binding comes to, whoever holds it.
pub(crate) fn effect<'a>(binding: &Binding, cx: &Cx<'a>) -> Result<Effect<'a>, Blind> {
    if binding.subjects.is_empty() {
        return Ok(Effect::Nothing("grants to nobody"));
    }
    let stock = platform::stock_binding(binding);
    // Nothing can be added to a role that holds everything.
    if let Some(stock) = stock.filter(|_| is_cluster_admin(binding)) {
        return Ok(Effect::Nothing(stock.reason));
    }
    let role = cx.role(&binding.meta.namespace, &binding.role)?;
    Ok(match (role, stock) {
        (Some(role), None) => Effect::Rules(in_force(binding, &role.rules)),
        // A stock role that was given more makes its stock binding grant more.
        (Some(role), Some(stock)) => {
            let known = platform::stock_rules(&binding.meta.namespace, &binding.role);
            let more = power::beyond(&role.rules, &known);
            if more.is_empty() {
                Effect::Nothing(stock.reason)
            } else {
                Effect::Rules(Cow::Owned(more))
            }
        }
        (None, Some(stock)) => Effect::Nothing(stock.reason),
        (None, None) => Effect::Dangling,
    })
}

/// The rules that grant anything by this binding: paths are for `ClusterRoleBindings` alone.
fn in_force<'a>(binding: &Binding, rules: &'a [PolicyRule]) -> Cow<'a, [PolicyRule]> {
    let is_in_force =
        |rule: &PolicyRule| binding.meta.namespace.is_empty() || rule.non_resource_urls.is_empty();
    if rules.iter().all(is_in_force) {
        return Cow::Borrowed(rules);
    }
    kept(rules, |rule| !rule.resources.is_empty())
}

/// Why a binding whose every subject is a break-glass identity is no finding.
pub(crate) const BREAK_GLASS: &str = "only break-glass identities of the profile hold it";

/// What a binding grants and to whom, where no check of the whole binding reports it already.
pub(crate) struct Granted<'a> {
    /// The rules. Of a binding that is reported by its role's name, what the role holds beyond the shipped one.
    pub(crate) rules: Cow<'a, [PolicyRule]>,
    /// The subjects that are no break-glass identities; never empty.
    pub(crate) holders: Vec<&'a RbacSubject>,
}

/// A binding's grant, or the fact by which there is none to judge verb by verb.
pub(crate) fn granted<'a, 'c: 'a>(
    binding: &'a Binding,
    cx: &Cx<'c>,
) -> Result<Result<Granted<'a>, &'static str>, Blind> {
    let holders = holders(binding, cx);
    if holders.is_empty() && !binding.subjects.is_empty() {
        return Ok(Err(BREAK_GLASS));
    }
    if is_cluster_admin(binding) && platform::stock_binding(binding).is_none() {
        return Ok(Err("reported by cluster-admin-binding"));
    }
    let rules = match effect(binding, cx)? {
        Effect::Nothing(fact) => return Ok(Err(fact)),
        Effect::Dangling => return Ok(Err("its role does not exist")),
        Effect::Rules(rules) => rules,
    };
    if rules.iter().any(power::is_everything) {
        return Ok(Err("reported by cluster-admin-binding"));
    }
    let Some(fact) = reported_by_name(binding) else {
        return Ok(Ok(Granted { rules, holders }));
    };
    // That report is of the role as shipped. What others added to it, by aggregation or by hand, is told right by right.
    let known = platform::stock_rules(&binding.meta.namespace, &binding.role);
    let more = power::beyond(&rules, &known);
    if more.is_empty() {
        return Ok(Err(fact));
    }
    let rules = Cow::Owned(more);
    Ok(Ok(Granted { rules, holders }))
}

/// The rules but for those whose names reach the account alone that holds them, `own`.
pub(crate) fn on_others<'a>(rules: &'a [PolicyRule], own: Option<&str>) -> Cow<'a, [PolicyRule]> {
    let reaches_others = |rule: &PolicyRule| {
        let mut names = rule.resource_names.iter();
        rule.resource_names.is_empty() || names.any(|name| Some(name.as_ref()) != own)
    };
    kept(rules, reaches_others)
}

/// The rules that are to be kept; most often it is all of them.
pub(crate) fn kept(
    rules: &[PolicyRule],
    keeps: impl Fn(&PolicyRule) -> bool,
) -> Cow<'_, [PolicyRule]> {
    if rules.iter().all(&keeps) {
        return Cow::Borrowed(rules);
    }
    let rules = rules.iter().filter(|rule| keeps(rule));
    Cow::Owned(rules.cloned().collect())
}

/// Which check reports the whole binding by the name of its role, if one does.
fn reported_by_name(binding: &Binding) -> Option<&'static str> {
    if is_admin_or_edit_everywhere(binding) {
        Some("reported by admin-edit-cluster-wide")
    } else if is_node_role(binding) {
        Some("reported by node-role-bound")
    } else {
        None
    }
}

/// Whether the role is `cluster-admin` by name.
pub(crate) fn is_cluster_admin(binding: &Binding) -> bool {
    binding.role.cluster && binding.role.name.as_ref() == "cluster-admin"
}

/// Whether the role is `system:node`, which Kubernetes leaves unbound.
pub(crate) fn is_node_role(binding: &Binding) -> bool {
    binding.role.cluster && binding.role.name.as_ref() == "system:node"
}

fn is_admin_or_edit_everywhere(binding: &Binding) -> bool {
    binding.meta.namespace.is_empty() && matches!(binding.role.name.as_ref(), "admin" | "edit")
}

/// The subjects that are no break-glass identities.
pub(crate) fn holders<'a>(binding: &'a Binding, cx: &Cx<'_>) -> Vec<&'a RbacSubject> {
    binding
        .subjects
        .iter()
        .filter(|subject| !cx.params.break_glass.contains(&Identity::of(subject)))
        .collect()
}

/// Holders as messages name them.
pub(crate) fn names(holders: &[&RbacSubject]) -> String {
    const SHOWN: usize = 5;
    let names: Vec<String> = holders
        .iter()
        .take(SHOWN)
        .map(|holder| shown(&holder.to_string()))
        .collect();
    let more = if holders.len() > SHOWN {
        " and others"
    } else {
        ""
    };
    format!("{}{more}", names.join(", "))
}

/// Kind and key of a binding, as messages begin.
pub(crate) fn title(binding: &Binding) -> String {
    let (namespace, name) = (&binding.meta.namespace, &binding.meta.name);
    if namespace.is_empty() {
        format!("ClusterRoleBinding {name}")
    } else {
        format!("RoleBinding {namespace}/{name}")
    }
}

/// How far a binding reaches, as messages say it.
pub(crate) fn reach(binding: &Binding) -> String {
    if binding.meta.namespace.is_empty() {
        "over the whole cluster".to_owned()
    } else {
        format!("in namespace {}", binding.meta.namespace)
    }
}

/// What rules allow, in few words: some verbs, some resources or paths.
pub(crate) fn brief(rules: &[PolicyRule]) -> String {
    let verbs = rules.iter().flat_map(|rule| &rule.verbs);
    let resources = rules.iter().flat_map(|rule| &rule.resources);
    let paths = rules.iter().flat_map(|rule| &rule.non_resource_urls);
    format!(
        "{} on {}",
        some(verbs.map(AsRef::as_ref).collect()),
        some(resources.chain(paths).map(AsRef::as_ref).collect()),
    )
}

fn some(items: BTreeSet<&str>) -> String {
    const SHOWN: usize = 4;
    let more = if items.len() > SHOWN { " and more" } else { "" };
    let listed: Vec<String> = items.into_iter().take(SHOWN).map(shown).collect();
    format!("{}{more}", listed.join(", "))
}
