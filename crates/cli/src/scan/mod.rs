//! `assay scan`: reads, judges, shows, and says by its exit code how it went.

mod aggregation;
mod elsewhere;
mod identity;
mod links;
pub(crate) mod live;
pub(crate) mod manifests;
mod world;

use std::process::ExitCode;

use anyhow::Result;
use assay_checks::{CheckKind, Severity};
use assay_report::{Assessment, Snapshot};
use chrono::Utc;

use crate::args::ScanArgs;
use crate::{TROUBLE, output, profile};
use world::World;

/// Findings of each check that the table shows unless told otherwise.
const SHOWN: usize = 10;

pub(crate) fn run(args: &ScanArgs) -> Result<ExitCode> {
    let profile = match &args.profile {
        Some(path) => profile::read(path)?,
        None => profile::default(),
    };
    let inputs = args.inputs();
    let world = if inputs.is_empty() {
        let (context, kubeconfig) = (args.context.as_deref(), args.kubeconfig.as_deref());
        live::look(&profile.params, context, kubeconfig)?
    } else {
        manifests::read(&inputs, &args.namespace, Utc::now())
    };
    let now = Utc::now();
    let engine = assay_engine::full(&world.inventory, profile, now);
    let World {
        inventory,
        cluster,
        not_judged,
        unread,
        places,
        trouble,
    } = world;
    let assessment = Assessment {
        engine: &engine,
        inventory: &inventory,
        time: now,
        cluster,
        not_judged,
        unread,
        place: &|subject| places.of(subject),
    };
    let snapshot = assessment.snapshot();
    let most = (!args.all).then_some(SHOWN);
    output::render(args.output, &snapshot, |style| {
        assay_report::table(&snapshot, style, most)
    })?;
    Ok(if trouble {
        ExitCode::from(TROUBLE)
    } else if fails(&snapshot, args.fail_on.threshold()) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// Whether a requirement has a finding at or over the threshold that no exception covers.
fn fails(snapshot: &Snapshot, threshold: Option<Severity>) -> bool {
    threshold.is_some_and(|least| {
        snapshot.findings.iter().any(|finding| {
            finding.kind == CheckKind::Requirement
                && finding.exception.is_none()
                // Worse is less.
                && finding.severity <= least
        })
    })
}
