//! An account that everybody shares is nobody's.

use crate::sign_in::{OPENSHIFT, Ways, openshift};
use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(OPENSHIFT, Judge::Cluster(judge));

fn judge(cx: &Cx<'_>) -> Judgement {
    Ok(match openshift(cx)? {
        None => Outcome::NotApplicable("the cluster is no OpenShift"),
        Some(Ways::Installer) => Violation::fail(
            "OAuth cluster: spec.identityProviders is empty, so that everybody who signs in is kubeadmin; name an identity provider there, and then delete the Secret kube-system/kubeadmin",
        ),
        Some(Ways::Provider | Ways::Passwords(_) | Ways::TurnedOff) => Outcome::Pass,
    })
}
