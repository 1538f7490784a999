//! What the name of a User tells of who holds it: a person, a program, or whoever knows the password.

use assay_inventory::view::{Binding, PolicyRule, RbacSubject, SubjectKind};
use assay_inventory::{Blind, Identity};

use crate::granted::{self, Effect};
use crate::{Cx, platform, power};

/// Names that stand for a role or a machine image rather than a person. Names of pipelines are not here: a program may
/// have a name of its own.
const GENERIC: &[&str] = &[
    "admin",
    "administrator",
    "admins",
    "break-glass",
    "breakglass",
    "cluster-admin",
    "default",
    "dev",
    "developer",
    "developers",
    "devops",
    "docker-desktop",
    "docker-for-desktop",
    "guest",
    "k8s-admin",
    "kind-admin",
    "kube-admin",
    "kubeadmin",
    "kubernetes-admin",
    "kubernetes-super-admin",
    "minikube",
    "minikube-user",
    "operator",
    "operators",
    "ops",
    "platform",
    "root",
    "shared",
    "sre",
    "superuser",
    "support",
    "sysadmin",
    "test",
    "tester",
    "user",
];

/// What a User's name tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// A name that anybody might share.
    Generic,
    /// A single word, as certificates and password files have it, and no identity provider.
    Bare,
    /// A name somebody keeps: of a person, of the cluster's own components, of a cloud.
    Kept,
}

/// What the name of a User tells.
pub(crate) fn told(name: &str) -> Told {
    if name.starts_with("system:") {
        return Told::Kept;
    }
    // The prefix that tells one identity provider's users from another's.
    let own = name.rsplit([':', '#']).next().unwrap_or(name);
    let own = own.to_ascii_lowercase();
    if GENERIC.contains(&own.as_str()) || own.starts_with("team-") {
        Told::Generic
    } else if name.contains(['@', ':', '/', '#']) || is_object_id(name) {
        Told::Kept
    } else {
        Told::Bare
    }
}

/// Some clouds name people by an object id.
fn is_object_id(name: &str) -> bool {
    let lengths = name.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12])
        && name
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

/// The Users of such a name in a binding that are no break-glass identities.
pub(crate) fn named(binding: &Binding, cx: &Cx<'_>, wanted: Told) -> Vec<RbacSubject> {
    let subjects = binding.subjects.iter();
    subjects
        .filter(|subject| subject.kind == SubjectKind::User)
        .filter(|subject| platform::service_account(subject).is_none())
        .filter(|subject| told(&subject.name) == wanted)
        .filter(|subject| !cx.params.break_glass.contains(&Identity::of(subject)))
        .cloned()
        .collect()
}

/// Whether a binding lets its holders change anything, or the fact by which that is not asked.
pub(crate) fn writes(binding: &Binding, cx: &Cx<'_>) -> Result<Result<bool, &'static str>, Blind> {
    // By their names alone: what is bound by name is not made harmless by a role that cannot be read.
    let built_in = ["cluster-admin", "admin", "edit"].contains(&binding.role.name.as_ref());
    if binding.role.cluster && built_in && platform::stock_binding(binding).is_none() {
        return Ok(Ok(true));
    }
    Ok(match granted::effect(binding, cx)? {
        Effect::Nothing(fact) => Err(fact),
        Effect::Dangling => Err("its role does not exist"),
        Effect::Rules(rules) => {
            let cluster = binding.meta.namespace.is_empty();
            Ok(rules.iter().any(|rule| changes_something(rule, cluster)))
        }
    })
}

/// Whether a rule allows more than to read. Reviews of one's own rights change nothing.
fn changes_something(rule: &PolicyRule, cluster: bool) -> bool {
    const REVIEWS: [&str; 2] = ["authorization.k8s.io", "authentication.k8s.io"];
    let reads = |verb: &str| matches!(verb, "get" | "list" | "watch");
    let reviews = rule
        .api_groups
        .iter()
        .all(|group| REVIEWS.contains(&group.as_ref()))
        && !power::contains(&rule.verbs, "impersonate");
    let on_objects = !rule.resources.is_empty() && !rule.api_groups.is_empty() && !reviews;
    let on_paths = cluster && !rule.non_resource_urls.is_empty();
    (on_objects || on_paths) && rule.verbs.iter().any(|verb| !reads(verb))
}

#[cfg(test)]
mod tests {
    use super::{Told, told};

    #[test]
    fn names_are_told_apart() {
        let is = |names: &[&str], wanted: Told| {
            for name in names {
                assert_eq!(told(name), wanted, "{name}");
            }
        };
        is(
            &[
                "admin",
                "Root",
                "oidc:ops",
                "https://login.example.com#support",
                "team-payments",
                "kubernetes-admin",
            ],
            Told::Generic,
        );
        is(&["jane", "ci", "adminova", "jane-doe"], Told::Bare);
        is(
            &[
                "jane@example.com",
                "oidc:jane",
                "system:kube-proxy",
                "arn:aws:iam::111122223333:user/jane",
                "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0",
                "https://login.example.com#4711",
                "admin@example.com",
            ],
            Told::Kept,
        );
    }
}
