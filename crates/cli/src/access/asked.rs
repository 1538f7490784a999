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
                place: match &args.namespace {
                    _ if !namespaced => Place::Cluster,
                    Some(namespace) => Place::Namespace(namespace.clone()),
                    None => Place::Anywhere,
                },
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
