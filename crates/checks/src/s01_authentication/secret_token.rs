//! A token in a Secret never expires, and whoever read it once has it for good.

use assay_inventory::view::Namespace;
use assay_inventory::{Relation, Sought};

use crate::listed_secrets::{by_type, in_namespace, listed};
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[Relation::SecretTypes], Judge::Namespace(judge));

const SOUGHT: Sought = Sought::ServiceAccountToken;

fn judge(namespace: &Namespace, cx: &Cx<'_>) -> Judgement {
    let secrets = listed(cx)?.of(&namespace.meta.name, SOUGHT).iter();
    Ok(in_namespace(
        namespace,
        secrets.map(|secret| by_type(secret, SOUGHT)).collect(),
        "such a token never expires: give its users one that does (kubectl create token, or a projected volume), and delete the Secret",
    ))
}
