//! The review of entitlements that people state: which one is the last, and what it was of.

use assay_catalog::ControlId;
use assay_inventory::Blind;
use assay_inventory::view::{Statement, Text};

use crate::Cx;

/// The control and the part of it that a review of entitlements is stated for.
pub const REVIEW: (ControlId, &str) = (ControlId::new(2, 3), "entitlement-review");

/// The review that was stated last, of those whose time has come; of two at once, the one that comes first by name.
pub(crate) fn last_review<'a>(cx: &Cx<'a>) -> Result<Option<&'a Statement>, Blind> {
    let control = REVIEW.0.to_string();
    let mut last: Option<&Statement> = None;
    for statement in cx.statements()? {
        let is_review = statement.control.as_ref() == control
            && statement.part.as_ref() == REVIEW.1
            && statement.reviewed.is_some()
            && statement.valid_until > statement.stated_at
            && statement.is_for(&cx.params.profile);
        let is_later = || last.is_none_or(|last| statement.stated_at > last.stated_at);
        if is_review && cx.has_come(statement.stated_at) && is_later() {
            last = Some(statement);
        }
    }
    Ok(last)
}

/// Some of these identities, as messages name them.
pub(crate) fn some<'a>(identities: impl IntoIterator<Item = &'a Text>) -> String {
    const SHOWN: usize = 5;
    let mut identities = identities.into_iter();
    let shown: Vec<String> = identities
        .by_ref()
        .take(SHOWN)
        .map(|identity| crate::judging::shown(identity))
        .collect();
    let more = if identities.next().is_some() {
        " and others"
    } else {
        ""
    };
    format!("{}{more}", shown.join(", "))
}
