//! The password that an add-on made for its first administrator was meant for one sign-in.

use assay_inventory::view::Namespace;
use assay_inventory::{Relation, Sought};

use crate::listed_secrets::{NOT_LISTED, by_name, in_namespace, listed};
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[Relation::SecretTypes], Judge::Namespace(judge));

const FIRST: [(Sought, &str); 2] = [
    (
        Sought::ArgoCdPassword,
        "the first password of the account admin of Argo CD",
    ),
    (
        Sought::RancherPassword,
        "the first password of the account admin of Rancher",
    ),
];

fn judge(namespace: &Namespace, cx: &Cx<'_>) -> Judgement {
    if !cx.params.secret_types {
        return Ok(NOT_LISTED);
    }
    let listed = listed(cx)?;
    let mut details = Vec::new();
    for (sought, what) in FIRST {
        let secrets = listed.of(&namespace.meta.name, sought);
        details.extend(secrets.iter().map(|secret| by_name(secret, what)));
    }
    Ok(in_namespace(
        namespace,
        details,
        "change the password if it is still in use, switch the account off where people sign in by an identity provider, and delete the Secret",
    ))
}
