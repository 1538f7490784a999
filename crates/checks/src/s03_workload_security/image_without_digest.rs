//! A tag looks like a release, but only a digest is one.

use assay_inventory::Workload;

use crate::floating_tag::is_floating;
use crate::images;
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[], Judge::Workload(judge));

fn judge(workload: &Workload, _cx: &Cx<'_>) -> Judgement {
    images::judge(
        workload,
        "pin it by its digest (name:tag@sha256:…)",
        // What is sure to move fails `mutable-image-tag`.
        |image| image.digest.is_none() && image.tag.is_some_and(|tag| !is_floating(tag)),
    )
}
