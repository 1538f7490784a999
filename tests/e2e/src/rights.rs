//! The operator's rights, taken away and given back one at a time.

use anyhow::Context as _;
use k8s_openapi::api::authorization::v1::{
    NonResourceAttributes, ResourceAttributes, SubjectAccessReview, SubjectAccessReviewSpec,
};
use kube::api::{ApiResource, DynamicObject, ListParams, PostParams};
use kube::{Api, Client, ResourceExt};
use serde_json::Value;

use crate::{MARK, OPERATOR_NAMESPACE, eventually};

/// What was taken from the roles of Assay that a [`Scene`](crate::Scene) installed.
pub struct Rights {
    client: Client,
    taken: Vec<DynamicObject>,
    right: Right,
}

/// One thing that a rule allows, with the first of its verbs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Right {
    /// Namespace of the Role; empty for a `ClusterRole`'s.
    pub namespace: String,
    /// API group; empty for the core group and for paths.
    pub group: String,
    /// Resource with its subresource, or the path of a `nonResourceURL`.
    pub of: String,
    /// The first verb.
    pub verb: String,
    /// The first name that the rule is narrowed to; empty if it is not.
    pub name: String,
}

impl Right {
    /// Everything that the rules of a role allow.
    #[must_use]
    pub fn all_of(role: &Value) -> Vec<Self> {
        let namespace = text(&role["metadata"], "namespace");
        let rules = role["rules"].as_array().into_iter().flatten();
        rules
            .flat_map(|rule| {
                let first = |field: &str| texts(rule, field).into_iter().next().unwrap_or_default();
                let (verb, name) = (first("verbs"), first("resourceNames"));
                let groups = match texts(rule, "apiGroups") {
                    none if none.is_empty() => vec![String::new()],
                    some => some,
                };
                let things = [texts(rule, "resources"), texts(rule, "nonResourceURLs")].concat();
                let right = |group: &str, of: &str| Self {
                    namespace: namespace.clone(),
                    group: group.to_owned(),
                    of: of.to_owned(),
                    verb: verb.clone(),
                    name: name.clone(),
                };
                groups
                    .iter()
                    .flat_map(|group| things.iter().map(|thing| right(group, thing)))
                    .collect::<Vec<_>>()
            })
            .collect()
    }

    /// Waits until the operator has it: roles that are put together from others, and the authorizer's own view, follow a moment
    /// later.
    ///
    /// # Errors
    /// If that does not come true.
    pub async fn comes_into_force(&self, client: &Client) -> anyhow::Result<()> {
        eventually(
            &format!("the operator may {} {}", self.verb, self.of),
            async || Ok(self.is_held(client).await?.then_some(())),
        )
        .await
    }

    /// Whether the operator has it.
    async fn is_held(&self, client: &Client) -> anyhow::Result<bool> {
        let (resource, subresource) = self.of.split_once('/').unwrap_or((&self.of, ""));
        let filled = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let is_path = self.of.starts_with('/');
        let review = SubjectAccessReview {
            spec: SubjectAccessReviewSpec {
                user: Some(format!(
                    "system:serviceaccount:{OPERATOR_NAMESPACE}:assay-operator"
                )),
                resource_attributes: (!is_path).then(|| ResourceAttributes {
                    group: filled(&self.group),
                    namespace: filled(&self.namespace),
                    resource: filled(resource),
                    subresource: filled(subresource),
                    verb: filled(&self.verb),
                    name: filled(&self.name),
                    ..ResourceAttributes::default()
                }),
                non_resource_attributes: is_path.then(|| NonResourceAttributes {
                    path: filled(&self.of),
                    verb: filled(&self.verb),
                }),
                ..SubjectAccessReviewSpec::default()
            },
            ..SubjectAccessReview::default()
        };
        let api: Api<SubjectAccessReview> = Api::all(client.clone());
        let answer = api.create(&PostParams::default(), &review).await?;
        Ok(answer.status.context("a review without a status")?.allowed)
    }
}

impl Rights {
    /// Takes a resource, or a path, out of every rule that names it, and waits until the API server has noticed.
    ///
    /// # Errors
    /// If no rule names it, or a role cannot be written.
    pub async fn take(client: &Client, of: &str) -> anyhow::Result<Self> {
        let mut taken = Vec::new();
        let mut right = None;
        for role in roles(client).await? {
            // What it holds is put together from others, and follows them.
            if role.data.get("aggregationRule").is_some() {
                continue;
            }
            let mut less = role.clone();
            let rules = less.data.get_mut("rules").and_then(Value::as_array_mut);
            for rule in rules.into_iter().flatten() {
                for field in ["resources", "nonResourceURLs"] {
                    if let Some(named) = rule.get_mut(field).and_then(Value::as_array_mut) {
                        named.retain(|named| named.as_str() != Some(of));
                    }
                }
            }
            if less.data == role.data {
                continue;
            }
            if let Some(rules) = less.data.get_mut("rules").and_then(Value::as_array_mut) {
                // A rule of nothing is refused.
                rules.retain(|rule| {
                    !texts(rule, "resources").is_empty()
                        || !texts(rule, "nonResourceURLs").is_empty()
                });
            }
            let before = serde_json::to_value(&role)?;
            let all = Right::all_of(&before);
            right = right.or_else(|| all.into_iter().find(|right| right.of == of));
            write(client, &less).await?;
            taken.push(role);
        }
        let right = right.with_context(|| format!("no role of Assay names {of}"))?;
        eventually(
            &format!("the operator may not {} {of}", right.verb),
            async || Ok((!right.is_held(client).await?).then_some(())),
        )
        .await?;
        Ok(Self {
            client: client.clone(),
            taken,
            right,
        })
    }

    /// Gives back what was taken.
    ///
    /// # Errors
    /// If a role cannot be written.
    pub async fn give_back(self) -> anyhow::Result<()> {
        for role in self.taken {
            let mut now = api(&self.client, &role).get(&role.name_any()).await?;
            now.data = role.data;
            write(&self.client, &now).await?;
        }
        self.right.comes_into_force(&self.client).await
    }
}

/// Roles and `ClusterRoles` of Assay.
async fn roles(client: &Client) -> anyhow::Result<Vec<DynamicObject>> {
    let mut all = Vec::new();
    for kind in ["ClusterRole", "Role"] {
        let api: Api<DynamicObject> = Api::all_with(client.clone(), &resource(kind));
        let mut items = api.list(&ListParams::default().labels(MARK)).await?.items;
        // Not that of the account for tries: it is not the operator's, and is judged itself.
        items.retain(|role| role.name_any() != "assay-admission-probe");
        // Items of a list do not say what they are.
        for role in &mut items {
            role.types = Some(kube::api::TypeMeta {
                api_version: "rbac.authorization.k8s.io/v1".to_owned(),
                kind: kind.to_owned(),
            });
        }
        all.extend(items);
    }
    Ok(all)
}

fn resource(kind: &str) -> ApiResource {
    ApiResource {
        group: "rbac.authorization.k8s.io".to_owned(),
        version: "v1".to_owned(),
        api_version: "rbac.authorization.k8s.io/v1".to_owned(),
        kind: kind.to_owned(),
        plural: format!("{}s", kind.to_lowercase()),
    }
}

fn api(client: &Client, role: &DynamicObject) -> Api<DynamicObject> {
    match role.namespace() {
        Some(namespace) => Api::namespaced_with(client.clone(), &namespace, &resource("Role")),
        None => Api::all_with(client.clone(), &resource("ClusterRole")),
    }
}

async fn write(client: &Client, role: &DynamicObject) -> anyhow::Result<()> {
    api(client, role)
        .replace(&role.name_any(), &PostParams::default(), role)
        .await?;
    Ok(())
}

fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_default().to_owned()
}

fn texts(value: &Value, field: &str) -> Vec<String> {
    let list = value[field].as_array().into_iter().flatten();
    list.filter_map(|text| text.as_str().map(str::to_owned))
        .collect()
}
