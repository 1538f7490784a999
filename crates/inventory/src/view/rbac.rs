//! Roles and bindings of `rbac.authorization.k8s.io/v1`.

use serde::{Deserialize, Serialize, Serializer};

use super::meta::RawMeta;
use super::selector::RawSelector;
use super::{LabelSelector, Meta, Text};
use crate::DecodeError;
use crate::decode::parse;
use crate::view::object::{null_as_default, objects, objects_or_null};

objects_or_null!(PolicyRule, RawRole, RawAggregated, RawAggregation);
objects!(RawBinding, RawRoleRef, RawSubject);

/// A Role (namespace set) or `ClusterRole` (namespace empty). Aggregated roles show the rules the controller filled in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Role {
    /// Metadata.
    pub meta: Meta,
    /// What it allows.
    pub rules: Vec<PolicyRule>,
}

/// One rule of a role. `*` stands for everything in verbs, groups, resources and non-resource URLs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Deserialize, Serialize)]
#[serde(remote = "Self", default, rename_all = "camelCase")]
pub struct PolicyRule {
    /// Verbs.
    #[serde(deserialize_with = "null_as_default")]
    pub verbs: Vec<Text>,
    /// API groups; the core group is the empty text.
    #[serde(
        deserialize_with = "null_as_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub api_groups: Vec<Text>,
    /// Resources, subresources as `pods/exec` or `*/scale`.
    #[serde(
        deserialize_with = "null_as_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub resources: Vec<Text>,
    /// Object names; empty means any.
    #[serde(
        deserialize_with = "null_as_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub resource_names: Vec<Text>,
    /// Paths such as `/metrics` or `/debug/*`; only effective through a `ClusterRoleBinding`.
    #[serde(
        rename = "nonResourceURLs",
        deserialize_with = "null_as_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub non_resource_urls: Vec<Text>,
}

impl Serialize for PolicyRule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Of the two functions of this name, this is the derived one.
        Self::serialize(self, serializer)
    }
}

/// A `RoleBinding` (namespace set) or `ClusterRoleBinding` (namespace empty).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// Metadata.
    pub meta: Meta,
    /// The role it grants.
    pub role: RoleRef,
    /// To whom.
    pub subjects: Vec<Subject>,
}

/// Reference to a role.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoleRef {
    /// Whether it names a `ClusterRole` rather than a Role of the binding's namespace.
    pub cluster: bool,
    /// Name.
    pub name: Text,
}

/// Who holds a grant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// User, Group or `ServiceAccount`.
    pub kind: SubjectKind,
    /// Namespace of a `ServiceAccount`; empty otherwise.
    pub namespace: Text,
    /// Name.
    pub name: Text,
}

/// Kinds of RBAC subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
pub enum SubjectKind {
    /// A user name as the authenticator gives it.
    User,
    /// A group name as the authenticator gives it.
    Group,
    /// A `ServiceAccount` of the cluster.
    ServiceAccount,
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.kind {
            SubjectKind::User => write!(f, "User {}", self.name),
            SubjectKind::Group => write!(f, "Group {}", self.name),
            SubjectKind::ServiceAccount => {
                write!(f, "ServiceAccount {}/{}", self.namespace, self.name)
            }
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default)]
pub(crate) struct RawRole {
    metadata: RawMeta,
    rules: Option<Vec<PolicyRule>>,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default, rename_all = "camelCase")]
struct RawAggregated {
    aggregation_rule: RawAggregation,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default, rename_all = "camelCase")]
struct RawAggregation {
    cluster_role_selectors: Option<Vec<RawSelector>>,
}

impl Role {
    /// Which roles a `ClusterRole` gathers the rules of (`aggregationRule`). No part of the view: in a cluster a controller
    /// fills the rules in, so that only whoever reads manifests has to ask.
    ///
    /// # Errors
    /// [`DecodeError`] if the text is not JSON, or the field has the wrong type.
    pub fn aggregation(json: &str) -> Result<Vec<LabelSelector>, DecodeError> {
        let raw: RawAggregated = parse(json)?;
        let selectors = raw.aggregation_rule.cluster_role_selectors;
        Ok(selectors.into_iter().flatten().map(Into::into).collect())
    }
}

impl From<RawRole> for Role {
    fn from(raw: RawRole) -> Self {
        Self {
            meta: raw.metadata.into_meta(),
            rules: raw.rules.unwrap_or_default(),
        }
    }
}

#[derive(Deserialize)]
#[serde(remote = "Self", rename_all = "camelCase")]
pub(crate) struct RawBinding {
    #[serde(default)]
    metadata: RawMeta,
    role_ref: RawRoleRef,
    #[serde(default)]
    subjects: Option<Vec<RawSubject>>,
}

#[derive(Deserialize)]
#[serde(remote = "Self")]
struct RawRoleRef {
    kind: RoleKind,
    name: Text,
}

#[derive(Deserialize, PartialEq)]
enum RoleKind {
    Role,
    ClusterRole,
}

#[derive(Deserialize)]
#[serde(remote = "Self")]
struct RawSubject {
    kind: SubjectKind,
    #[serde(default)]
    namespace: Option<Text>,
    name: Text,
}

impl From<RawBinding> for Binding {
    fn from(raw: RawBinding) -> Self {
        let meta = raw.metadata.into_meta();
        let subjects = raw
            .subjects
            .into_iter()
            .flatten()
            .map(|subject| Subject {
                namespace: match subject.kind {
                    SubjectKind::ServiceAccount => subject
                        .namespace
                        .filter(|namespace| !namespace.is_empty())
                        .unwrap_or_else(|| meta.namespace.clone()),
                    SubjectKind::User | SubjectKind::Group => Text::default(),
                },
                kind: subject.kind,
                name: subject.name,
            })
            .collect();
        Self {
            role: RoleRef {
                cluster: raw.role_ref.kind == RoleKind::ClusterRole,
                name: raw.role_ref.name,
            },
            meta,
            subjects,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_without_a_namespace_is_of_that_of_its_binding() {
        let subject = |namespace: &str| {
            let json = format!(
                r#"{{"metadata": {{"namespace": "shop"}}, "roleRef": {{"kind": "Role", "name": "r"}},
                "subjects": [{{"kind": "ServiceAccount", "name": "web"{namespace}}}]}}"#
            );
            let binding: Binding = parse::<RawBinding>(&json).unwrap().into();
            binding.subjects[0].to_string()
        };
        assert_eq!(subject(""), "ServiceAccount shop/web");
        assert_eq!(subject(r#", "namespace": """#), "ServiceAccount shop/web");
        assert_eq!(subject(r#", "namespace": "ops""#), "ServiceAccount ops/web");
    }

    #[test]
    fn what_a_role_gathers_is_told_apart_from_nothing() {
        let selectors =
            |rule: &str| Role::aggregation(&format!(r#"{{"aggregationRule": {rule}}}"#));
        assert_eq!(Role::aggregation("{}").unwrap(), []);
        assert_eq!(selectors("null").unwrap(), []);
        let one = r#"{"clusterRoleSelectors": [{"matchLabels": {"a": "b"}}]}"#;
        assert_eq!(selectors(one).unwrap().len(), 1);
        let wrong = selectors(r#"{"clusterRoleSelectors": {}}"#).unwrap_err();
        assert_eq!(wrong.field, "aggregationRule.clusterRoleSelectors");
    }
}
