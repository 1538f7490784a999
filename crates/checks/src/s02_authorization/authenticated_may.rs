//! What the API server's authorizers, all of them, allow everybody who has any credentials.

use assay_inventory::{Deed, Relation};

use crate::{Cx, Judge, Judgement, Rule, reviewed};

pub(super) const RULE: Rule = Rule::new(&[Relation::AccessReviews], Judge::Cluster(judge));

fn judge(cx: &Cx<'_>) -> Judgement {
    let answers = cx.access_answers(cx.params.max_evidence_age)?;
    reviewed::judge_by_authorizer(
        &answers.authenticated,
        // Kubernetes ships it that way, as system:discovery.
        &[Deed::Discover],
        "whoever has any credentials",
        "grant it to a group whose members your identity provider keeps instead of Group system:authenticated",
        "correct the other authorizer: its policy, the cloud's access settings, or AlwaysAllow in --authorization-mode",
    )
}
