//! Rights that are not the ones somebody reviewed.

use assay_inventory::{Difference, Relation};

use crate::review::{last_review, some};
use crate::{Cx, Detail, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(
    &[Relation::Statements, Relation::Entitlements],
    Judge::Cluster(judge),
);

fn judge(cx: &Cx<'_>) -> Judgement {
    let Some(review) = last_review(cx)? else {
        return Ok(Outcome::NotApplicable("no review is stated"));
    };
    let Some(reviewed) = &review.reviewed else {
        return Ok(Outcome::NotApplicable("no review is stated"));
    };
    let present = cx.entitlements()?;
    if *present.hash() == reviewed.hash {
        return Ok(Outcome::Pass);
    }
    let (told, details) = if reviewed.identities.is_empty() {
        let told = "whose they are cannot be told, since spec.reviewed.identities is empty";
        (told.to_owned(), Vec::new())
    } else {
        let difference = present.since(reviewed.identities.iter().map(AsRef::as_ref));
        (tell(&difference), details(&difference))
    };
    Ok(Outcome::Fail(Box::new(Violation {
        details,
        ..Violation::new(format!(
            "ComplianceStatement {}: what identities are granted is not what spec.reviewed.hash stands for: {told}; review that, and state \
             a new review",
            review.meta.name,
        ))
    })))
}

fn tell(difference: &Difference) -> String {
    let told: Vec<String> = [
        (&difference.added, "granted rights since: "),
        (&difference.changed, "with other rights: "),
        (&difference.removed, "without rights now: "),
    ]
    .into_iter()
    .filter(|(identities, _)| !identities.is_empty())
    .map(|(identities, words)| format!("{words}{}", some(identities)))
    .collect();
    if told.is_empty() {
        "the lines of spec.reviewed.identities are those of now, and its hash is not".to_owned()
    } else {
        told.join("; ")
    }
}

/// As many identities as a finding can hold, each with what became of its rights.
fn details(difference: &Difference) -> Vec<Detail> {
    const MOST: usize = 32;
    let all = [
        (&difference.added, "added"),
        (&difference.changed, "changed"),
        (&difference.removed, "removed"),
    ];
    let all = all
        .into_iter()
        .flat_map(|(identities, value)| identities.iter().map(move |identity| (identity, value)));
    all.take(MOST)
        .map(|(identity, value)| Detail {
            container: "".into(),
            field: crate::judging::shown(identity),
            value: value.to_owned(),
        })
        .collect()
}
