//! What the rules of a role come to beyond single requests: how far a verb reaches, and what rules hold beyond others.
//!
//! Whether a rule allows a request is the authorizer's own question: see [`assay_inventory::access`].

use std::collections::BTreeSet;

use assay_inventory::access::{On, Reach, Request, allows, covers_path, holds, reaches};
use assay_inventory::view::{PolicyRule, Text};

#[cfg(test)]
mod tests;

/// How far a rule lets a verb reach among the objects of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Extent {
    /// Objects the rule names.
    Named,
    /// Every object.
    All,
}

/// Whether some rule allows the request; `name` is `None` for requests that carry none, such as a create or a list.
pub(crate) fn grants(
    rules: &[PolicyRule],
    verb: &str,
    group: &str,
    resource: &str,
    name: Option<&str>,
) -> bool {
    let on = On::Resource {
        group,
        resource,
        // Where the rules are granted is for the caller to say.
        reach: Reach::Anywhere,
        name: name.unwrap_or_default(),
    };
    let request = Request { verb, on };
    rules.iter().any(|rule| allows(rule, &request))
}

/// How far some rule lets this verb reach, whatever the names; `None` if not at all.
pub(crate) fn extent(
    rules: &[PolicyRule],
    verb: &str,
    group: &str,
    resource: &str,
) -> Option<Extent> {
    rules
        .iter()
        .filter(|rule| reaches(rule, verb, group, resource))
        .filter_map(|rule| rule_extent(rule, verb, resource))
        .max()
}

fn rule_extent(rule: &PolicyRule, verb: &str, resource: &str) -> Option<Extent> {
    if rule.resource_names.is_empty() {
        return Some(Extent::All);
    }
    let subresource = resource.contains('/');
    let nameless = !subresource
        && matches!(verb, "create" | "deletecollection" | "list" | "watch")
        && contains(&rule.resource_names, "");
    if nameless {
        return Some(Extent::All);
    }
    let never_named = !subresource && matches!(verb, "create" | "deletecollection");
    let named = rule.resource_names.iter().any(|name| !name.is_empty());
    (named && !never_named).then_some(Extent::Named)
}

/// Every verb on every resource of every group, whatever the names.
pub(crate) fn is_everything(rule: &PolicyRule) -> bool {
    contains(&rule.verbs, "*")
        && contains(&rule.api_groups, "*")
        && contains(&rule.resources, "*")
        && rule.resource_names.is_empty()
}

/// Most single rights into which the rules of a role are taken apart. What Kubernetes ships has some hundred, and whoever writes
/// a role can make millions of a page.
const MOST_RIGHTS: usize = 10_000;

/// Whether `rules` hold nothing beyond `known`. Of more rights than can be taken apart, they do.
pub(crate) fn is_within<'a>(
    rules: &[PolicyRule],
    known: &(impl Iterator<Item = &'a PolicyRule> + Clone),
) -> bool {
    let mut left = MOST_RIGHTS;
    rules.iter().all(|rule| {
        known.clone().any(|known| known == rule)
            || take(&mut left, rule)
                && rights(rule)
                    .iter()
                    .all(|right| known.clone().any(|known| right.is_within(known)))
    })
}

/// What of `rules` goes beyond `known`, taken apart into single rights; rules with more of them than that stay whole.
pub(crate) fn beyond<'a>(
    rules: &[PolicyRule],
    known: &(impl Iterator<Item = &'a PolicyRule> + Clone),
) -> Vec<PolicyRule> {
    let mut left = BTreeSet::new();
    let mut whole = Vec::new();
    let mut room = MOST_RIGHTS;
    for rule in rules {
        if known.clone().any(|known| known == rule) {
            continue;
        }
        if !take(&mut room, rule) {
            whole.push(rule.clone());
            continue;
        }
        for right in rights(rule) {
            if !known.clone().any(|known| right.is_within(known)) {
                left.insert(right);
            }
        }
    }
    left.into_iter()
        .map(Right::into_rule)
        .chain(whole)
        .collect()
}

/// Takes room for the rights of a rule, if there is as much.
fn take(room: &mut usize, rule: &PolicyRule) -> bool {
    let each = rule
        .api_groups
        .len()
        .saturating_mul(rule.resources.len())
        .saturating_mul(rule.resource_names.len().max(1));
    let all = each
        .saturating_add(rule.non_resource_urls.len())
        .saturating_mul(rule.verbs.len());
    let left = room.checked_sub(all);
    *room = left.unwrap_or(*room);
    left.is_some()
}

/// One verb on one resource, of one name or of any, or on one path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Right {
    Resource {
        verb: Text,
        group: Text,
        resource: Text,
        name: Option<Text>,
    },
    Path {
        verb: Text,
        path: Text,
    },
}

fn rights(rule: &PolicyRule) -> BTreeSet<Right> {
    let names: Vec<Option<Text>> = if rule.resource_names.is_empty() {
        vec![None]
    } else {
        rule.resource_names.iter().cloned().map(Some).collect()
    };
    let mut rights = BTreeSet::new();
    for verb in &rule.verbs {
        for group in &rule.api_groups {
            for resource in &rule.resources {
                rights.extend(names.iter().map(|name| Right::Resource {
                    verb: verb.clone(),
                    group: group.clone(),
                    resource: resource.clone(),
                    name: name.clone(),
                }));
            }
        }
        rights.extend(rule.non_resource_urls.iter().map(|path| Right::Path {
            verb: verb.clone(),
            path: path.clone(),
        }));
    }
    rights
}

impl Right {
    /// Whether the rule gives at least this right.
    fn is_within(&self, rule: &PolicyRule) -> bool {
        match self {
            Self::Resource {
                verb,
                group,
                resource,
                name,
            } => {
                reaches(rule, verb, group, resource)
                    && (rule.resource_names.is_empty()
                        || name
                            .as_deref()
                            .is_some_and(|name| contains(&rule.resource_names, name)))
            }
            Self::Path { verb, path } => {
                holds(&rule.verbs, verb)
                    && rule
                        .non_resource_urls
                        .iter()
                        .any(|held| covers_path(held, path))
            }
        }
    }

    fn into_rule(self) -> PolicyRule {
        match self {
            Self::Resource {
                verb,
                group,
                resource,
                name,
            } => PolicyRule {
                verbs: vec![verb],
                api_groups: vec![group],
                resources: vec![resource],
                resource_names: name.into_iter().collect(),
                non_resource_urls: Vec::new(),
            },
            Self::Path { verb, path } => PolicyRule {
                verbs: vec![verb],
                non_resource_urls: vec![path],
                ..PolicyRule::default()
            },
        }
    }
}

pub(crate) fn contains(list: &[Text], wanted: &str) -> bool {
    list.iter().any(|item| item.as_ref() == wanted)
}
