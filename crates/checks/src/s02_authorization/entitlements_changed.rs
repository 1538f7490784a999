//! Rights that are not the ones somebody reviewed.

use std::collections::{BTreeMap, BTreeSet};

use assay_inventory::view::Text;
use assay_inventory::{Blind, Difference, Line, Place, Relation, Right};

use crate::judging::shown;
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
        let lines = || reviewed.identities.iter().map(AsRef::as_ref);
        let difference = present.since(lines());
        (
            tell(&difference),
            details(&difference, lines().filter_map(Line::read), cx)?,
        )
    };
    Ok(Outcome::Fail(Box::new(Violation {
        details,
        ..Violation::new(format!(
            "ComplianceStatement {}: what identities are granted is not what spec.reviewed.hash stands for: {told}; review that (`assay access \
             diff` with what was kept of the last review names every rule), and state a new review",
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
fn details<'a>(
    difference: &Difference,
    lines: impl Iterator<Item = Line<'a>>,
    cx: &Cx<'_>,
) -> Result<Vec<Detail>, Blind> {
    const MOST: usize = 32;
    let all = [&difference.added, &difference.changed, &difference.removed];
    let names: BTreeSet<Text> = all.into_iter().flatten().take(MOST).cloned().collect();
    let present = cx.rights_of(&names)?;
    let present: BTreeMap<Text, Vec<(Place, Right)>> = present
        .rights()
        .map(|(identity, rights)| (Text::from(identity.to_string()), rights))
        .collect();
    let before: BTreeMap<&str, Option<BTreeSet<&str>>> =
        lines.map(|line| (line.identity, line.rights())).collect();
    let detail = |identity: &Text, value: String| Detail {
        container: "".into(),
        field: shown(identity),
        value,
    };
    let now = |identity: &Text| present.get(identity).map_or(&[][..], Vec::as_slice);
    let added = difference.added.iter().map(|identity| {
        let rights = now(identity).iter().collect::<Vec<_>>();
        detail(identity, format!("added{}", said(&rights)))
    });
    let changed = difference.changed.iter().map(|identity| {
        let before = before.get(identity.as_ref()).and_then(Option::as_ref);
        detail(identity, change(before, now(identity)))
    });
    let removed = difference.removed.iter();
    let removed = removed.map(|identity| detail(identity, "removed".to_owned()));
    Ok(added.chain(changed).chain(removed).take(MOST).collect())
}

/// What became of the rights of an identity that still has some. Rights of then are known by their hashes alone.
fn change(before: Option<&BTreeSet<&str>>, now: &[(Place, Right)]) -> String {
    let Some(before) = before else {
        return "changed".to_owned();
    };
    let digests = now.iter().map(|(place, right)| right.digest(place));
    let digests: BTreeSet<String> = digests.collect();
    let new: Vec<&(Place, Right)> = now
        .iter()
        .filter(|(place, right)| !before.contains(right.digest(place).as_str()))
        .collect();
    let is_less = before.iter().any(|digest| !digests.contains(*digest));
    match (new.is_empty(), is_less) {
        (true, true) => "changed: less than was reviewed".to_owned(),
        (true, false) => "changed: the same rules by other roles".to_owned(),
        (false, true) => format!(
            "changed: without some rules that were reviewed, and with these{}",
            said(&new)
        ),
        (false, false) => format!("changed: more than was reviewed{}", said(&new)),
    }
}

fn said(rights: &[&(Place, Right)]) -> String {
    const LONGEST: usize = 400;
    if rights.is_empty() {
        return String::new();
    }
    let told: Vec<String> = rights
        .iter()
        .map(|(place, right)| right.told(place))
        .collect();
    let told = told.join("; ");
    match told.char_indices().nth(LONGEST) {
        Some((at, _)) => format!(": {}…", told.get(..at).unwrap_or_default()),
        None => format!(": {told}"),
    }
}
