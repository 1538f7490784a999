//! Random questions of who may do what, as we ask them and as the API server is asked.

use std::fmt;

use assay_inventory::access::{On, Reach, Request};
use assay_inventory::{Identity, ObjectKey};
use k8s_openapi::api::authorization::v1::{
    NonResourceAttributes, ResourceAttributes, SubjectAccessReview, SubjectAccessReviewSpec,
};

use crate::dice::Dice;
use crate::grants::{GROUPS, NAMES, NAMESPACES, RESOURCES, VERBS};

/// Somebody who asks, as an authenticator would describe them.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    user: String,
    groups: Vec<String>,
    /// What we are asked about: the caller's name, or the groups that they are known by.
    pub(crate) identities: Vec<Identity>,
}

#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub(crate) caller: Caller,
    verb: &'static str,
    on: Asked,
}

#[derive(Debug, Clone)]
enum Asked {
    Resource {
        group: &'static str,
        resource: &'static str,
        /// Empty for all namespaces.
        namespace: &'static str,
        name: &'static str,
    },
    Path(&'static str),
}

impl Question {
    pub(crate) fn random(dice: &mut Dice) -> Self {
        let caller = caller(dice);
        if dice.chance(20) {
            return Self {
                caller,
                verb: dice.one(&["get", "post"]),
                on: Asked::Path(dice.one(&[
                    "/metrics",
                    "/metrics/slis",
                    "/debug/pprof",
                    "/debug/",
                    "/debug",
                    "/logs",
                    "/logs/a",
                    "/healthz",
                    "/api",
                    "/",
                    "/x/pprof",
                ])),
            };
        }
        let verb = dice.one(&VERBS);
        let resource = dice.one(&RESOURCES);
        let (namespace, name) = if resource == "namespaces" {
            of_a_namespace(dice, verb)
        } else {
            (perhaps(dice, 75, &NAMESPACES), perhaps(dice, 60, &NAMES))
        };
        Self {
            caller,
            verb,
            on: Asked::Resource {
                group: dice.one(&GROUPS),
                resource,
                namespace,
                name,
            },
        }
    }

    /// As the effective-access code is asked.
    pub(crate) fn request(&self) -> Request<'_> {
        let on = match self.on {
            Asked::Path(path) => On::Path(path),
            Asked::Resource {
                group,
                resource,
                namespace,
                name,
            } => On::Resource {
                group,
                resource,
                reach: if namespace.is_empty() {
                    Reach::Cluster
                } else {
                    Reach::Namespace(namespace)
                },
                name,
            },
        };
        Request {
            verb: self.verb,
            on,
        }
    }

    /// As the API server is asked.
    pub(crate) fn review(&self) -> SubjectAccessReview {
        let verb = Some(self.verb.to_owned());
        let mut spec = SubjectAccessReviewSpec {
            user: Some(self.caller.user.clone()),
            groups: Some(self.caller.groups.clone()),
            ..SubjectAccessReviewSpec::default()
        };
        match self.on {
            Asked::Path(path) => {
                let path = Some(path.to_owned());
                spec.non_resource_attributes = Some(NonResourceAttributes { path, verb });
            }
            Asked::Resource {
                group,
                resource,
                namespace,
                name,
            } => {
                let (resource, subresource) = resource.split_once('/').unwrap_or((resource, ""));
                spec.resource_attributes = Some(ResourceAttributes {
                    verb,
                    group: Some(group.to_owned()),
                    resource: Some(resource.to_owned()),
                    subresource: Some(subresource.to_owned()),
                    namespace: Some(namespace.to_owned()),
                    name: Some(name.to_owned()),
                    ..ResourceAttributes::default()
                });
            }
        }
        SubjectAccessReview {
            spec,
            ..SubjectAccessReview::default()
        }
    }
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "may {} of {:?} {} {:?}",
            self.caller.user, self.caller.groups, self.verb, self.on
        )
    }
}

/// One of them so many times in a hundred, and nothing otherwise.
fn perhaps(dice: &mut Dice, percent: usize, of: &[&'static str]) -> &'static str {
    if dice.chance(percent) {
        dice.one(of)
    } else {
        ""
    }
}

/// Namespace and name of a request for a namespace, as the API server reads its path: with a name, it is in that namespace. A
/// list or a watch of one name selects it beside the path.
fn of_a_namespace(dice: &mut Dice, verb: &str) -> (&'static str, &'static str) {
    match verb {
        "create" | "deletecollection" => ("", ""),
        "list" | "watch" => ("", perhaps(dice, 60, &NAMESPACES)),
        _ => {
            let name = dice.one(&NAMESPACES);
            (name, name)
        }
    }
}

/// Whom the API server would take for whom. The implied groups are written out here once more, on purpose.
fn caller(dice: &mut Dice) -> Caller {
    let groups = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let group = |name: &str| Identity::Group(name.into());
    match dice.below(10) {
        0..3 => {
            let user = dice.one(&["jane", "joe", "ann", "ops"]);
            Caller {
                user: user.to_owned(),
                groups: groups(&["system:authenticated"]),
                identities: vec![Identity::User(user.into())],
            }
        }
        3 => {
            let user = dice.one(&["jane", "joe"]);
            let known = dice.one(&["ops", "dev"]);
            Caller {
                user: user.to_owned(),
                groups: groups(&[known, "system:authenticated"]),
                identities: vec![Identity::User(user.into()), group(known)],
            }
        }
        4..6 => {
            let known = dice.one(&["ops", "dev", "jane"]);
            Caller {
                user: "nobody-in-particular".to_owned(),
                groups: groups(&[known, "system:authenticated"]),
                identities: vec![group(known)],
            }
        }
        6 => Caller {
            user: "system:anonymous".to_owned(),
            groups: groups(&["system:unauthenticated"]),
            identities: vec![Identity::User("system:anonymous".into())],
        },
        _ => {
            let namespace = dice.one(&NAMESPACES);
            let name = dice.one(&["one", "two"]);
            let user = format!("system:serviceaccount:{namespace}:{name}");
            let own = format!("system:serviceaccounts:{namespace}");
            let identity = if dice.chance(70) {
                Identity::ServiceAccount(ObjectKey::new(namespace, name))
            } else {
                Identity::User(user.as_str().into())
            };
            Caller {
                user,
                groups: groups(&["system:serviceaccounts", &own, "system:authenticated"]),
                identities: vec![identity],
            }
        }
    }
}
