//! A `*` grants what nobody listed, and what later versions and add-ons will bring.

use assay_inventory::Relation;
use assay_inventory::access::holds;
use assay_inventory::view::{Binding, PolicyRule, Text};

use crate::granted::{self, granted};
use crate::power::contains;
use crate::{Cx, Detail, Judge, Judgement, Outcome, Rule, Severity, Violation};

pub(super) const RULE: Rule = Rule::new(&[Relation::Role], Judge::Binding(judge));

/// How many rules are told of; a role has no bound on its own.
const DETAILED: usize = 20;

fn judge(binding: &Binding, cx: &Cx<'_>) -> Judgement {
    let granted = match granted(binding, cx)? {
        Ok(granted) => granted,
        Err(fact) => return Ok(Outcome::NotApplicable(fact)),
    };
    let cluster = binding.meta.namespace.is_empty();
    let found: Vec<(&PolicyRule, &str)> = granted
        .rules
        .iter()
        .filter_map(|rule| Some((rule, wildcard(rule, cluster)?)))
        .collect();
    let Some((rule, field)) = found.first() else {
        return Ok(Outcome::Pass);
    };
    let strong = cluster && found.iter().any(|(rule, _)| writes_core(rule));
    let more = if found.len() > 1 {
        " and more, see details"
    } else {
        ""
    };
    Ok(Outcome::Fail(Box::new(Violation {
        severity: Some(if strong {
            Severity::High
        } else {
            Severity::Medium
        }),
        details: found
            .iter()
            .take(DETAILED)
            .map(|(rule, field)| detail(rule, field))
            .collect(),
        ..Violation::new(format!(
            "{}: roleRef {} has * in {field} ({}{more}), which {} holds {}; list what is used",
            granted::title(binding),
            binding.role.name,
            content(rule),
            granted::names(&granted.holders),
            granted::reach(binding),
        ))
    })))
}

/// The first field of a rule that holds a wildcard and takes effect: paths do through `ClusterRoleBindings` alone.
fn wildcard(rule: &PolicyRule, cluster: bool) -> Option<&'static str> {
    let on_resources = !rule.resources.is_empty() && !rule.api_groups.is_empty();
    let on_paths = cluster && !rule.non_resource_urls.is_empty();
    let star = |list: &[Text]| contains(list, "*");
    if rule.verbs.is_empty() || !(on_resources || on_paths) {
        None
    } else if star(&rule.verbs) {
        Some("verbs")
    } else if on_resources && star(&rule.api_groups) && !is_scale_alone(rule) {
        Some("apiGroups")
    } else if on_resources && star(&rule.resources) {
        Some("resources")
    } else if on_paths && every_path(&rule.non_resource_urls) {
        Some("nonResourceURLs")
    } else {
        None
    }
}

/// Whether one of the paths covers all: the authorizer takes off the stars that it ends with, and compares the beginning.
fn every_path(paths: &[Text]) -> bool {
    let mut before_stars = paths
        .iter()
        .filter(|path| path.ends_with('*'))
        .map(|path| path.trim_end_matches('*'));
    before_stars.any(|beginning| matches!(beginning, "" | "/"))
}

/// `*/scale` on every group is how an autoscaler is meant to be given what it needs.
fn is_scale_alone(rule: &PolicyRule) -> bool {
    rule.resources
        .iter()
        .all(|resource| resource.as_ref() == "*/scale")
}

/// Whether the rule writes in the core group or the group of roles.
fn writes_core(rule: &PolicyRule) -> bool {
    const WRITE: [&str; 5] = ["create", "update", "patch", "delete", "deletecollection"];
    let groups = ["", "rbac.authorization.k8s.io"];
    !rule.resources.is_empty()
        && groups.iter().any(|group| holds(&rule.api_groups, group))
        && WRITE.iter().any(|verb| holds(&rule.verbs, verb))
}

/// The rule in few words, its API groups among them.
fn content(rule: &PolicyRule) -> String {
    let brief = granted::brief(std::slice::from_ref(rule));
    let groups: Vec<&str> = rule
        .api_groups
        .iter()
        .take(3)
        .map(|group| if group.is_empty() { "core" } else { group })
        .collect();
    match groups[..] {
        [] => brief,
        ["*"] => format!("{brief} of every API group"),
        _ => format!("{brief} of API group {}", groups.join(", ")),
    }
}

fn detail(rule: &PolicyRule, field: &str) -> Detail {
    Detail {
        container: "".into(),
        field: format!("rules.{field}"),
        value: content(rule),
    }
}
