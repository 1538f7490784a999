//! What the API server's authorizers, all of them, allow callers without credentials.

use assay_inventory::Relation;

use crate::{Cx, Judge, Judgement, Rule, reviewed};

pub(super) const RULE: Rule = Rule::new(&[Relation::AccessReviews], Judge::Cluster(judge));

fn judge(cx: &Cx<'_>) -> Judgement {
    let answers = cx.access_answers(cx.params.max_evidence_age)?;
    reviewed::judge(
        &answers.strangers,
        &[],
        "callers without credentials",
        "take User system:anonymous and Group system:unauthenticated out of what grants it",
    )
}
