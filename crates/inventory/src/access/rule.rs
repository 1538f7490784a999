//! One rule, one request: whether the one allows the other.

use crate::view::{PolicyRule, Text};

/// Something somebody may want to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request<'a> {
    /// The verb.
    pub verb: &'a str,
    /// To what.
    pub on: On<'a>,
}

/// What a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On<'a> {
    /// Objects of the API.
    Resource {
        /// API group; the core group is the empty text.
        group: &'a str,
        /// Resource in the plural, with its subresource if it is about one: `pods/exec`.
        resource: &'a str,
        /// Where.
        reach: Reach<'a>,
        /// The object's name; empty for requests that carry none. A create and a deletecollection never do, unless of a
        /// subresource; a list or a watch does if its field selector is `metadata.name=…`.
        name: &'a str,
    },
    /// A path outside the API's resources, such as `/metrics`.
    Path(&'a str),
}

/// How far a request reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach<'a> {
    /// Every namespace at once, or a resource that has none: only a `ClusterRoleBinding` allows it.
    Cluster,
    /// One namespace.
    Namespace(&'a str),
    /// Some namespace, whichever.
    Anywhere,
}

/// Whether the rule allows the request, wherever it is granted.
#[must_use]
pub fn allows(rule: &PolicyRule, request: &Request<'_>) -> bool {
    match request.on {
        On::Resource {
            group,
            resource,
            name,
            ..
        } => {
            reaches(rule, request.verb, group, resource)
                // The authorizer compares the empty name like any other.
                && (rule.resource_names.is_empty() || contains(&rule.resource_names, name))
        }
        On::Path(path) => {
            holds(&rule.verbs, request.verb)
                && rule
                    .non_resource_urls
                    .iter()
                    .any(|held| covers_path(held, path))
        }
    }
}

/// Whether verb, group and resource of the rule match, names aside.
#[must_use]
pub fn reaches(rule: &PolicyRule, verb: &str, group: &str, resource: &str) -> bool {
    concerns(rule, group, resource) && holds(&rule.verbs, verb)
}

/// Whether group and resource of the rule match, whatever the verb.
#[must_use]
pub fn concerns(rule: &PolicyRule, group: &str, resource: &str) -> bool {
    holds(&rule.api_groups, group)
        && rule
            .resources
            .iter()
            .any(|held| covers_resource(held, resource))
}

/// `*` stands for every resource and subresource, `*/scale` for that subresource of every resource; `pods/*` for nothing.
fn covers_resource(held: &str, resource: &str) -> bool {
    if held == "*" || held == resource {
        return true;
    }
    // Few rules are written so: most of the time the resource is not looked through.
    held.strip_prefix("*/").is_some_and(|subresource| {
        resource.split_once('/').map(|(_, subresource)| subresource) == Some(subresource)
    })
}

/// Whether a path of a rule covers a path outside the resources: exactly, or by the stars it ends with.
#[must_use]
pub fn covers_path(held: &str, path: &str) -> bool {
    held == path || (held.ends_with('*') && path.starts_with(held.trim_end_matches('*')))
}

/// Whether a list of verbs or groups holds this one, by name or by `*`.
#[must_use]
pub fn holds(list: &[Text], wanted: &str) -> bool {
    list.iter()
        .any(|item| item.as_ref() == "*" || item.as_ref() == wanted)
}

fn contains(list: &[Text], wanted: &str) -> bool {
    list.iter().any(|item| item.as_ref() == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(items: &[&str]) -> Vec<Text> {
        items.iter().map(|item| Text::from(*item)).collect()
    }

    fn rule(verbs: &[&str], groups: &[&str], resources: &[&str], names: &[&str]) -> PolicyRule {
        PolicyRule {
            verbs: texts(verbs),
            api_groups: texts(groups),
            resources: texts(resources),
            resource_names: texts(names),
            non_resource_urls: Vec::new(),
        }
    }

    fn paths(verbs: &[&str], paths: &[&str]) -> PolicyRule {
        PolicyRule {
            verbs: texts(verbs),
            non_resource_urls: texts(paths),
            ..PolicyRule::default()
        }
    }

    fn asks(rule: &PolicyRule, verb: &str, group: &str, resource: &str, name: &str) -> bool {
        let on = On::Resource {
            group,
            resource,
            reach: Reach::Cluster,
            name,
        };
        allows(rule, &Request { verb, on })
    }

    fn asks_path(rule: &PolicyRule, verb: &str, path: &str) -> bool {
        let on = On::Path(path);
        allows(rule, &Request { verb, on })
    }

    #[test]
    fn each_of_verb_group_and_resource_must_match() {
        let pods = rule(&["get", "list"], &["", "apps"], &["pods", "pods/log"], &[]);
        assert!(asks(&pods, "get", "", "pods", ""));
        assert!(asks(&pods, "list", "apps", "pods", "web"));
        assert!(asks(&pods, "get", "", "pods/log", "web"));
        assert!(!asks(&pods, "watch", "", "pods", ""));
        assert!(!asks(&pods, "get", "batch", "pods", ""));
        assert!(!asks(&pods, "get", "", "secrets", ""));
        assert!(!asks(&pods, "get", "", "pods/exec", "web"));
    }

    #[test]
    fn a_star_matches_in_its_own_place_alone() {
        assert!(asks(
            &rule(&["*"], &[""], &["pods"], &[]),
            "escalate",
            "",
            "pods",
            ""
        ));
        assert!(!asks(
            &rule(&["*"], &[""], &["pods"], &[]),
            "get",
            "apps",
            "pods",
            ""
        ));
        assert!(asks(
            &rule(&["get"], &["*"], &["pods"], &[]),
            "get",
            "example.com",
            "pods",
            ""
        ));
        assert!(asks(
            &rule(&["get"], &[""], &["*"], &[]),
            "get",
            "",
            "nodes/proxy",
            "n"
        ));
        assert!(!asks(
            &rule(&["g*"], &[""], &["pods"], &[]),
            "get",
            "",
            "pods",
            ""
        ));
    }

    #[test]
    fn a_star_before_the_slash_is_any_resource_and_after_it_nothing() {
        let scale = rule(&["get"], &["*"], &["*/scale"], &[]);
        assert!(asks(&scale, "get", "apps", "deployments/scale", "web"));
        assert!(!asks(&scale, "get", "apps", "deployments", "web"));
        assert!(!asks(&scale, "get", "apps", "deployments/autoscale", "web"));
        assert!(!asks(
            &rule(&["get"], &[""], &["pods/*"], &[]),
            "get",
            "",
            "pods/log",
            "web"
        ));
        assert!(!asks(
            &rule(&["get"], &[""], &["pods/*"], &[]),
            "get",
            "",
            "pods",
            "web"
        ));
        assert!(!asks(
            &rule(&["get"], &[""], &["*/*"], &[]),
            "get",
            "",
            "pods/log",
            "web"
        ));
    }

    #[test]
    fn a_subresource_of_one_resource_is_not_that_of_another() {
        let sets = rule(&["get"], &["apps"], &["replicasets/scale", "scale"], &[]);
        assert!(asks(&sets, "get", "apps", "replicasets/scale", "web"));
        assert!(!asks(&sets, "get", "apps", "deployments/scale", "web"));
    }

    #[test]
    fn names_allow_only_requests_that_carry_one_of_them() {
        let named = rule(
            &["*"],
            &[""],
            &["secrets", "serviceaccounts/token"],
            &["app", "web"],
        );
        assert!(asks(&named, "get", "", "secrets", "web"));
        assert!(!asks(&named, "get", "", "secrets", "other"));
        for nameless in ["create", "deletecollection", "list", "watch"] {
            assert!(!asks(&named, nameless, "", "secrets", ""), "{nameless}");
        }
        // By its field selector, a list or a watch carries a name.
        assert!(asks(&named, "list", "", "secrets", "app"));
        assert!(asks(&named, "create", "", "serviceaccounts/token", "app"));
        assert!(!asks(
            &named,
            "create",
            "",
            "serviceaccounts/token",
            "default"
        ));
        assert!(asks(
            &rule(&["list"], &[""], &["secrets"], &[""]),
            "list",
            "",
            "secrets",
            ""
        ));
    }

    #[test]
    fn paths_match_exactly_or_by_trailing_stars() {
        let metrics = paths(&["get"], &["/metrics", "/debug/*", "/logs**"]);
        assert!(asks_path(&metrics, "get", "/metrics"));
        assert!(!asks_path(&metrics, "get", "/metrics/slis"));
        assert!(!asks_path(&metrics, "post", "/metrics"));
        assert!(asks_path(&metrics, "get", "/debug/pprof/"));
        assert!(asks_path(&metrics, "get", "/debug/"));
        assert!(!asks_path(&metrics, "get", "/debug"));
        assert!(asks_path(&metrics, "get", "/logs/a"));
        assert!(asks_path(&paths(&["*"], &["*"]), "delete", "/anything"));
        assert!(!asks_path(
            &paths(&["get"], &["/*/slis"]),
            "get",
            "/metrics/slis"
        ));
    }

    #[test]
    fn paths_and_resources_are_worlds_of_their_own() {
        let all = rule(&["*"], &["*"], &["*"], &[]);
        assert!(!asks_path(&all, "get", "/metrics"));
        assert!(!asks(&paths(&["*"], &["*"]), "get", "", "pods", ""));
    }
}
