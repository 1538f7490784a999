//! `assay access review` and `assay access diff`: what everybody is granted, and what changed since it was reviewed.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use assay_report::Review;
use chrono::Utc;

use super::{KINDS, look};
use crate::args::{DiffArgs, ReviewArgs, SourceArgs};
use crate::output;

/// Something has changed.
const DIFFERS: u8 = 1;

pub(super) fn review(args: &ReviewArgs) -> Result<ExitCode> {
    let present = present(&args.source)?;
    output::render(args.source.output, &present, |style| present.table(style))?;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn diff(args: &DiffArgs) -> Result<ExitCode> {
    // What was kept is read first: it says at once whether there is anything to compare.
    let before = kept(&args.review)?;
    let told = present(&args.source)?.since(&before);
    output::render(args.source.output, &told, |style| told.table(style))?;
    Ok(if told.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(DIFFERS)
    })
}

fn kept(path: &Path) -> Result<Review> {
    let shown = path.display();
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {shown}"))?;
    let review: Review = serde_json::from_str(&text)
        .with_context(|| format!("{shown} is not what `assay access review -o json` writes"))?;
    review
        .verify()
        .with_context(|| format!("{shown} cannot be compared"))?;
    Ok(review)
}

/// What is granted now. With a part of it missing it would be no review, and each missing right a change.
fn present(source: &SourceArgs) -> Result<Review> {
    let (inventory, unread) = look(source)?;
    if unread {
        bail!("not everything could be read, and what is missing may grant anything");
    }
    let now = Utc::now();
    if let Some(blind) = KINDS
        .into_iter()
        .find_map(|kind| inventory.blind(kind, now))
    {
        bail!("{}: {}", blind.reason, blind.message);
    }
    match inventory.snapshot(|_| true) {
        Ok(snapshot) => Ok(Review::new(snapshot)),
        Err(blind) => bail!("{}: {}", blind.reason, blind.message),
    }
}
