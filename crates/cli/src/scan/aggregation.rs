//! Aggregated `ClusterRoles`: in a cluster a controller fills their rules in, and manifests leave that to it.

use std::collections::{BTreeMap, BTreeSet};

use assay_checks::platform::stock_roles;
use assay_inventory::view::{LabelSelector, Operator, PolicyRule, Requirement, Role, Text};

/// `ClusterRoles` by name, and which of them gather the rules of others.
pub(super) struct Aggregation {
    roles: BTreeMap<Text, Role>,
    /// Those that stand in manifests and that no cluster has stored.
    written: BTreeSet<Text>,
    selectors: BTreeMap<Text, Vec<LabelSelector>>,
}

impl Aggregation {
    /// The roles that every cluster has.
    pub(super) fn stock() -> Self {
        let roles = stock_roles().filter(|(key, _)| key.namespace.is_empty());
        let selectors = ["view", "edit", "admin"].map(|target| {
            let requirement = Requirement {
                key: format!("rbac.authorization.k8s.io/aggregate-to-{target}").into(),
                operator: Operator::In,
                values: vec!["true".into()],
            };
            let selector = LabelSelector {
                requirements: vec![requirement],
            };
            (Text::from(target), vec![selector])
        });
        Self {
            roles: roles.map(|(key, role)| (key.name, role.clone())).collect(),
            written: BTreeSet::new(),
            selectors: selectors.into(),
        }
    }

    /// Puts a role of the manifests in the place of one that every cluster has. It gathers the rules of those that any of
    /// `selectors` matches.
    pub(super) fn insert(&mut self, name: Text, mut role: Role, selectors: &[LabelSelector]) {
        // What its author wrote as rules is overwritten; what a cluster filled in stays.
        if role.meta.uid.is_empty() {
            self.written.insert(name.clone());
            if !selectors.is_empty() {
                role.rules.clear();
            }
        }
        self.selectors.insert(name.clone(), selectors.to_vec());
        self.roles.insert(name, role);
    }

    /// A role that cannot be read takes the place of one that every cluster has, and gives nothing.
    pub(super) fn remove(&mut self, name: &Text) {
        self.roles.remove(name);
        self.selectors.remove(name);
    }

    /// Fills the rules in. Of roles that gather from one another, until nothing is left to gather.
    pub(super) fn fill(mut self) -> BTreeMap<Text, Role> {
        loop {
            let gathered: Vec<(Text, Vec<PolicyRule>)> = self
                .selectors
                .iter()
                .map(|(name, selectors)| (name.clone(), self.gather(name, selectors)))
                .filter(|(_, rules)| !rules.is_empty())
                .collect();
            if gathered.is_empty() {
                return self.roles;
            }
            for (name, rules) in gathered {
                if let Some(role) = self.roles.get_mut(&name) {
                    role.rules.extend(rules);
                }
            }
        }
    }

    /// The rules that a role lacks of those it gathers.
    fn gather(&self, name: &Text, selectors: &[LabelSelector]) -> Vec<PolicyRule> {
        let Some(role) = self.roles.get(name) else {
            return Vec::new();
        };
        let selected = |role: &Role| {
            let mut selectors = selectors.iter();
            selectors.any(|selector| selector.matches(&role.meta.labels))
        };
        // What a cluster filled in has all that stood in the cluster.
        let is_filled_in = !role.meta.uid.is_empty();
        let others = self.roles.iter().filter(|(other, _)| {
            *other != name && (!is_filled_in || self.written.contains(*other))
        });
        let mut lacking: Vec<PolicyRule> = Vec::new();
        for rule in others
            .filter(|(_, role)| selected(role))
            .flat_map(|(_, role)| &role.rules)
        {
            if !role.rules.contains(rule) && !lacking.contains(rule) {
                lacking.push(rule.clone());
            }
        }
        lacking
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use assay_inventory::view::Object;
    use assay_inventory::{Kind, decode};

    fn role(name: &str, gathers: Option<&str>, gives_to: &str, resource: &str) -> String {
        let label = |to: &str| format!(r#"{{"example.com/to-{to}": "true"}}"#);
        let rule = gathers.map_or_else(String::new, |from| {
            let labels = label(from);
            format!(
                r#""aggregationRule": {{"clusterRoleSelectors": [{{"matchLabels": {labels}}}]}},"#
            )
        });
        format!(
            r#"{{"metadata": {{"name": "{name}", "labels": {}}}, {rule}
            "rules": [{{"apiGroups": [""], "resources": ["{resource}"], "verbs": ["get"]}}]}}"#,
            label(gives_to)
        )
    }

    fn filled(roles: &[String]) -> BTreeMap<Text, Role> {
        let mut aggregation = Aggregation::stock();
        for json in roles {
            let Ok(Object::Role(role)) = decode(Kind::ClusterRole, json, &[]) else {
                panic!("{json}");
            };
            let selectors = Role::aggregation(json).unwrap();
            aggregation.insert(role.meta.name.clone(), role, &selectors);
        }
        aggregation.fill()
    }

    fn resources(role: &Role) -> Vec<&str> {
        let rules = role.rules.iter();
        rules
            .flat_map(|rule| rule.resources.iter().map(AsRef::as_ref))
            .collect()
    }

    #[test]
    fn rules_are_gathered_through_roles_that_gather_themselves() {
        let filled = filled(&[
            role("top", Some("top"), "nobody", "overwritten"),
            role("middle", Some("middle"), "top", "overwritten"),
            role("one", None, "middle", "pods"),
            role("two", None, "top", "services"),
        ]);
        assert_eq!(resources(&filled["middle"]), ["pods"]);
        assert_eq!(resources(&filled["top"]), ["services", "pods"]);
        assert_eq!(resources(&filled["one"]), ["pods"]);
    }

    #[test]
    fn circles_end() {
        let filled = filled(&[
            role("a", Some("a"), "b", "overwritten"),
            role("b", Some("b"), "a", "overwritten"),
            role("c", None, "a", "pods"),
        ]);
        assert_eq!(resources(&filled["a"]), ["pods"]);
        assert_eq!(resources(&filled["b"]), ["pods"]);
    }

    #[test]
    fn what_every_cluster_has_is_filled_in_already() {
        let filled = filled(&[]);
        for (key, role) in stock_roles() {
            if key.namespace.is_empty() {
                assert_eq!(filled[&key.name], *role, "{}", key.name);
            }
        }
    }
}
