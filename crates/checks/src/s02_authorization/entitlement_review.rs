//! Rights that nobody has looked at for half a year.

use assay_inventory::Relation;
use chrono::TimeDelta;

use crate::review::{REVIEW, last_review};
use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(&[Relation::Statements], Judge::Cluster(judge));

fn judge(cx: &Cx<'_>) -> Judgement {
    let Some(review) = last_review(cx)? else {
        // Whether there has to be one is the control's to say: it waits for a statement.
        return Ok(Outcome::NotApplicable("no review is stated"));
    };
    let over = review.stated_at.checked_add_signed(longest());
    if over.is_some_and(|over| cx.has_come(over)) {
        return Ok(Violation::fail(format!(
            "ComplianceStatement {}: spec.statedAt is longer ago than a review counts, and no later one is stated; review who is granted what, \
             and state it for control {}, part {}",
            review.meta.name, REVIEW.0, REVIEW.1,
        )));
    }
    Ok(Outcome::Pass)
}

/// How long a review counts: the catalog says so, for the statement and for this alike.
fn longest() -> TimeDelta {
    let parts = assay_catalog::control(REVIEW.0).map(|(_, control)| control.statements);
    let part = parts.into_iter().flatten().find(|part| part.id == REVIEW.1);
    TimeDelta::days(part.map_or(0, |part| part.valid_days.into()))
}
