//! An image reference that is meant to move runs tomorrow what nobody tested today.

use assay_inventory::Workload;

use crate::floating_tag::is_floating;
use crate::images;
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[], Judge::Workload(judge));

fn judge(workload: &Workload, _cx: &Cx<'_>) -> Judgement {
    images::judge(
        workload,
        "name one release, and pin it by its digest (name:tag@sha256:…)",
        |image| image.digest.is_none() && image.tag.is_none_or(is_floating),
    )
}
