//! What a real API server tells of its settings, and what is made of it: each setting as it should be and as it should not.
//!
//! One control plane after the other: its API server is started again with other flags, and a fresh operator takes its first look.

mod settings;

use std::collections::BTreeMap;

use anyhow::{Context as _, ensure};
use assay_api::CheckStatus;
use assay_cluster::{ControlPlane, Named, Options};
use assay_e2e::{Scene, eventually, skip};

use settings::Files;

const REPORTS: [&str; 4] = [
    "pci-01-authentication",
    "pci-02-authorization",
    "pci-05-pki",
    "pci-07-auditing",
];

/// How an API server is started, and what is to be said of it.
struct Setting {
    name: &'static str,
    flags: Vec<String>,
    expected: &'static [(&'static str, CheckStatus)],
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_of_the_api_server_are_judged_as_they_are() -> anyhow::Result<()> {
    if Named::by_environment().is_some() {
        skip(
            "settings of the API server",
            "needs an API server that may be started again with other flags",
        );
        return Ok(());
    }
    let files = Files::write()?;
    let scene = Scene::set(Options::default().nodes(0)).await?;
    for setting in settings::all(&files, &control_plane(&scene)?.report.dir) {
        restart(&scene, &setting).await?;
        let judged = judge(&scene, &setting).await;
        judged.with_context(|| setting.name)?;
    }
    a_right_that_is_missing_is_named(&scene).await
}

/// Without the right to ask, nothing passes that was to be asked, and the role to bind is named.
async fn a_right_that_is_missing_is_named(scene: &Scene) -> anyhow::Result<()> {
    let setting = Setting {
        name: "not-to-be-asked",
        flags: Vec::new(),
        expected: &[
            ("audit-events-lost", CheckStatus::Unknown),
            ("audit-off", CheckStatus::Unknown),
            ("static-token-file", CheckStatus::Unknown),
        ],
    };
    restart(scene, &setting).await?;
    let roles = ["assay-operator-flagz", "assay-operator-metrics"];
    for role in roles {
        let delete = ["delete", "clusterrolebinding", role];
        scene.cluster.kubectl(&delete).await?;
    }
    let states = judge(scene, &setting).await?;
    for (check, role) in ["static-token-file", "audit-events-lost"].iter().zip(roles) {
        let said = states.get(*check).map_or("", |(_, message)| message);
        ensure!(said.contains(role), "{check} was to name {role}: {said}");
    }
    Ok(())
}

async fn restart(scene: &Scene, setting: &Setting) -> anyhow::Result<()> {
    let control_plane = control_plane(scene)?;
    control_plane.tell("kill kube-apiserver").await?;
    let start = format!("start kube-apiserver {}", setting.flags.join(" "));
    control_plane.tell(start.trim()).await
}

fn control_plane(scene: &Scene) -> anyhow::Result<&ControlPlane> {
    let control_plane = scene.cluster.control_plane();
    control_plane.context("the API server is not ours to start")
}

/// What each check comes to, and why where it is unknown.
type States = BTreeMap<String, (CheckStatus, String)>;

async fn judge(scene: &Scene, setting: &Setting) -> anyhow::Result<States> {
    let earlier = latest_epoch(scene).await?;
    let mut operator = scene.operator(setting.name)?;
    operator.ready().await?;
    let states = eventually("every section is judged anew", async || {
        states(scene, earlier).await
    });
    let states = states.await?;
    for (check, expected) in setting.expected {
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

/// What is said once all reports are of a later leader than the one of that epoch.
async fn states(scene: &Scene, earlier: i64) -> anyhow::Result<Option<States>> {
    let mut states = BTreeMap::new();
    for name in REPORTS {
        let report = scene.report(name).await?.status.context("no status")?;
        if report.epoch <= earlier {
            return Ok(None);
        }
        let checks = report
            .controls
            .into_iter()
            .flat_map(|control| control.checks);
        states.extend(checks.map(|check| {
            let message = check.message.unwrap_or_default();
            (check.id, (check.status, message))
        }));
    }
    Ok(Some(states))
}
