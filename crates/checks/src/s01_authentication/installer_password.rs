//! The installer's account of `OpenShift` is nobody's, and may do everything.

use assay_inventory::view::Namespace;
use assay_inventory::{Distribution, Relation, Sought};

use crate::listed_secrets::{by_name, in_namespace, listed};
use crate::{Cx, Judge, Judgement, Outcome, Rule};

pub(super) const RULE: Rule = Rule::new(
    &[
        Relation::ApiServerFlags,
        Relation::ControlPlane,
        Relation::SecretTypes,
    ],
    Judge::Namespace(judge),
);

const SOUGHT: Sought = Sought::OpenShiftPassword;

fn judge(namespace: &Namespace, cx: &Cx<'_>) -> Judgement {
    let name = &namespace.meta.name;
    if Some(name.as_ref()) != SOUGHT.namespace() {
        return Ok(Outcome::NotApplicable("the password would be in kube-system"));
    }
    let distribution = cx.distribution(cx.params.max_evidence_age)?;
    if distribution != Some(Distribution::OpenShift) {
        return Ok(Outcome::NotApplicable("nothing shows that the cluster is OpenShift"));
    }
    let secrets = listed(cx)?.of(name, SOUGHT).iter();
    Ok(in_namespace(
        namespace,
        secrets
            .map(|secret| by_name(secret, "the password of kube:admin, who may do everything"))
            .collect(),
        "set up an identity provider, give cluster-admin to named people of it, then delete the Secret",
    ))
}
