//! What a fresh operator makes of how a cluster is set up.

use std::collections::BTreeMap;

use anyhow::{Context as _, ensure};
use assay_api::CheckStatus;

use crate::{Scene, eventually};

/// Reports on how the cluster is set up.
const REPORTS: [&str; 5] = [
    "pci-01-authentication",
    "pci-02-authorization",
    "pci-05-pki",
    "pci-06-secrets-management",
    "pci-07-auditing",
];

/// What each check comes to, and why where it is unknown.
pub type States = BTreeMap<String, (CheckStatus, String)>;

/// What these reports say when an operator of that name has taken its first look. Fails where a check does not come to what is
/// `expected` of it.
///
/// # Errors
/// If so, or the operator does not come to an end of its look.
pub async fn judge(
    scene: &Scene,
    name: &str,
    expected: &[(&str, CheckStatus)],
) -> anyhow::Result<States> {
    let earlier = latest_epoch(scene).await?;
    let mut operator = scene.operator(name)?;
    operator.ready().await?;
    let states = eventually("every section is judged anew", async || {
        states(scene, earlier).await.map(Some)
    });
    let states = states.await.with_context(|| operator.log_tail())?;
    for (check, expected) in expected {
        let (judged, message) = states
            .get(*check)
            .with_context(|| format!("{check} is in no report"))?;
        ensure!(
            judged == expected,
            "{check} was to be {expected:?} and is {judged:?} {message}; the operator logged last:\n{}",
            operator.log_tail()
        );
    }
    // It gives its Lease back, so that the next one need not wait for it to run out.
    operator.signal("TERM")?;
    ensure!(operator.ended().await?, "SIGTERM was to end it well");
    Ok(states)
}

async fn latest_epoch(scene: &Scene) -> anyhow::Result<i64> {
    let reports = scene.reports().await?;
    let statuses = reports.into_iter().filter_map(|report| report.status);
    Ok(statuses.map(|status| status.epoch).max().unwrap_or(0))
}

/// What is said by all reports of a later leader than the one of that epoch.
async fn states(scene: &Scene, earlier: i64) -> anyhow::Result<States> {
    let mut states = BTreeMap::new();
    for name in REPORTS {
        let report = scene.report(name).await?.status.context("no status")?;
        ensure!(report.epoch > earlier, "{name} is not written anew");
        let checks = report
            .controls
            .into_iter()
            .flat_map(|control| control.checks);
        states.extend(checks.map(|check| {
            let message = check.message.unwrap_or_default();
            (check.id, (check.status, message))
        }));
    }
    Ok(states)
}
