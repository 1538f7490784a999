//! What is asked about, as the command line has it.

use anyhow::{Result, anyhow, bail};
use assay_inventory::access::{On, Reach, Request};
use assay_inventory::{Identity, ObjectKey};

use super::builtin;
use crate::args::WhoCanArgs;

/// Something somebody may want to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Asked {
    verb: String,
    on: Thing,
}

#[derive(Debug, PartialEq, Eq)]
enum Thing {
    Path(String),
    Resource {
        group: String,
        /// With its subresource.
        resource: String,
        place: Place,
        name: String,
    },
}

#[derive(Debug, PartialEq, Eq)]
enum Place {
    Cluster,
    Namespace(String),
    Anywhere,
}

impl Asked {
    /// Reads the arguments.
    pub(super) fn read(args: &WhoCanArgs) -> Result<Self> {
        let verb = args.verb.to_lowercase();
        if args.resource.starts_with('/') {
            if args.namespace.is_some() || args.name.is_some() || args.subresource.is_some() {
                bail!(
                    "a path such as {} has no namespace, name or subresource: leave -n, --name and --subresource out",
                    args.resource
                );
            }
            let on = Thing::Path(args.resource.clone());
            return Ok(Self { verb, on });
        }
        let (named, sub) = match args.resource.split_once('/') {
            Some((named, sub)) => (named, Some(sub)),
            None => (args.resource.as_str(), None),
        };
        if sub.is_some() && args.subresource.is_some() {
            bail!(
                "{} names a subresource already: leave --subresource out",
                args.resource
            );
        }
        let (group, resource, namespaced) = resource(named)?;
        let sub = sub.or(args.subresource.as_deref());
        let name = args.name.clone().unwrap_or_default();
        let place = if (&*group, &*resource) == ("", "namespaces") {
            place_of_namespaces(&verb, sub, &name, args.namespace.as_deref())
        } else {
            match &args.namespace {
                _ if !namespaced => Place::Cluster,
                Some(namespace) => Place::Namespace(namespace.clone()),
                None => Place::Anywhere,
            }
        };
        if sub.is_none() && !name.is_empty() && matches!(&*verb, "create" | "deletecollection") {
            bail!(
                "a {verb} carries no name, so that no rule can be limited to it: leave --name out"
            );
        }
        Ok(Self {
            verb,
            on: Thing::Resource {
                group,
                resource: match sub {
                    Some(sub) => format!("{resource}/{sub}"),
                    None => resource,
                },
                place,
                name,
            },
        })
    }

    /// The request it is.
    pub(super) fn request(&self) -> Request<'_> {
        let on = match &self.on {
            Thing::Path(path) => On::Path(path),
            Thing::Resource {
                group,
                resource,
                place,
                name,
            } => On::Resource {
                group,
                resource,
                reach: match place {
                    Place::Cluster => Reach::Cluster,
                    Place::Namespace(namespace) => Reach::Namespace(namespace),
                    Place::Anywhere => Reach::Anywhere,
                },
                name,
            },
        };
        Request {
            verb: &self.verb,
            on,
        }
    }
}

/// Where a request for namespaces is made. The API server takes it from the path: one for a namespace is in that namespace, and
/// one without a name in its path is over the cluster. A list or a watch of one name selects it beside the path.
fn place_of_namespaces(verb: &str, sub: Option<&str>, name: &str, within: Option<&str>) -> Place {
    let has_no_name = matches!(verb, "create" | "list" | "watch" | "deletecollection");
    if sub.is_none() && has_no_name {
        return Place::Cluster;
    }
    let named = Some(name).filter(|name| !name.is_empty());
    named.or(within).map_or(Place::Anywhere, |namespace| {
        Place::Namespace(namespace.to_owned())
    })
}

/// Group and plural of a resource, and whether it may be in a namespace.
fn resource(named: &str) -> Result<(String, String, bool)> {
    let known = builtin::find(named);
    if let Some(known) = known {
        return Ok((
            known.group.to_owned(),
            known.plural.to_owned(),
            known.namespaced,
        ));
    }
    if named == "*" {
        return Ok(("*".to_owned(), "*".to_owned(), true));
    }
    if let Some((resource, group)) = named.split_once('.') {
        let known = builtin::in_group(resource, group);
        let namespaced = known.is_none_or(|known| known.namespaced);
        return Ok((group.to_owned(), resource.to_owned(), namespaced));
    }
    let meant = builtin::nearest(named);
    let hint = meant.map_or_else(String::new, |meant| format!("did you mean {meant}? "));
    Err(anyhow!(
        "no resource of Kubernetes itself is called {named:?}; {hint}Write others with their group, such as certificates.cert-manager.io"
    ))
}

/// The identity that `user:NAME`, `group:NAME` or `sa:NAMESPACE/NAME` stands for.
pub(super) fn subject(text: &str) -> Result<Identity> {
    let wrong =
        || anyhow!("{text:?} names nobody: write user:NAME, group:NAME or sa:NAMESPACE/NAME");
    let (kind, name) = text.split_once(':').ok_or_else(wrong)?;
    if name.is_empty() {
        return Err(wrong());
    }
    match kind {
        "user" => Ok(Identity::User(name.into())),
        "group" => Ok(Identity::Group(name.into())),
        "sa" | "serviceaccount" => {
            let (namespace, name) = name.split_once('/').ok_or_else(wrong)?;
            if namespace.is_empty() || name.is_empty() || name.contains('/') {
                return Err(wrong());
            }
            Ok(Identity::ServiceAccount(ObjectKey::new(namespace, name)))
        }
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_are_named_as_kubectl_takes_them() {
        let read = |named: &str| resource(named).unwrap();
        let is = |group: &str, plural: &str, namespaced| {
            (group.to_owned(), plural.to_owned(), namespaced)
        };
        assert_eq!(read("pods"), is("", "pods", true));
        assert_eq!(read("po"), is("", "pods", true));
        assert_eq!(read("nodes"), is("", "nodes", false));
        assert_eq!(read("deployments"), is("apps", "deployments", true));
        assert_eq!(read("deploy"), is("apps", "deployments", true));
        assert_eq!(read("deployments.apps"), is("apps", "deployments", true));
        assert_eq!(
            read("events.events.k8s.io"),
            is("events.k8s.io", "events", true)
        );
        assert_eq!(
            read("widgets.example.com"),
            is("example.com", "widgets", true)
        );
        assert_eq!(read("*"), is("*", "*", true));
        let error = resource("secret").unwrap_err().to_string();
        assert!(error.contains("did you mean secrets?"), "{error}");
    }

    #[test]
    fn whom_to_impersonate_has_no_namespace() {
        for wanted in ["users", "groups", "nodes", "uids", "userextras"] {
            let named = format!("{wanted}.authentication.k8s.io");
            let (group, plural, namespaced) = resource(&named).unwrap();
            assert_eq!((&*group, &*plural), ("authentication.k8s.io", wanted));
            assert!(!namespaced, "{named}");
        }
        let (_, _, namespaced) = resource("serviceaccounts.authentication.k8s.io").unwrap();
        assert!(namespaced);
    }

    #[test]
    fn a_request_for_a_namespace_is_in_it() {
        let of = place_of_namespaces;
        let namespace = |name: &str| Place::Namespace(name.to_owned());
        for verb in ["create", "list", "watch", "deletecollection"] {
            assert_eq!(of(verb, None, "", Some("shop")), Place::Cluster);
            assert_eq!(of(verb, None, "", None), Place::Cluster);
        }
        // By a field selector.
        assert_eq!(of("list", None, "shop", None), Place::Cluster);
        assert_eq!(of("get", None, "shop", None), namespace("shop"));
        assert_eq!(of("get", None, "other", Some("shop")), namespace("other"));
        assert_eq!(of("delete", None, "", Some("shop")), namespace("shop"));
        assert_eq!(of("get", None, "", None), Place::Anywhere);
        let finalize = Some("finalize");
        assert_eq!(of("update", finalize, "shop", None), namespace("shop"));
        assert_eq!(of("create", finalize, "shop", None), namespace("shop"));
    }

    #[test]
    fn subjects_are_named_by_kind() {
        assert_eq!(
            subject("user:oidc:jane").unwrap(),
            Identity::User("oidc:jane".into())
        );
        assert_eq!(subject("group:ops").unwrap(), Identity::Group("ops".into()));
        let account = Identity::ServiceAccount(ObjectKey::new("shop", "web"));
        assert_eq!(subject("sa:shop/web").unwrap(), account);
        for wrong in ["jane", "user:", "sa:web", "sa:/web", "sa:a/b/c", "role:x"] {
            assert!(subject(wrong).is_err(), "{wrong}");
        }
    }
}
