//! What a real API server tells of its settings, and what is made of it: each setting as it should be and as it should not.
//!
//! One control plane after the other: its API server is started again with other flags, and a fresh operator takes its first look.

mod hook;
mod planted;
mod settings;

use std::collections::BTreeMap;

use anyhow::{Context as _, ensure};
use assay_api::CheckStatus;
use assay_cluster::{ControlPlane, Named, Options};
use assay_e2e::{Author, OPERATOR_NAMESPACE, Scene, eventually, skip};
use serde_json::json;

use hook::Hook;
use settings::Files;

const REPORTS: [&str; 5] = [
    "pci-01-authentication",
    "pci-02-authorization",
    "pci-05-pki",
    "pci-06-secrets-management",
    "pci-07-auditing",
];

/// What checks are to come to.
type Expected = &'static [(&'static str, CheckStatus)];

/// How an API server is started, and what is to be said of it.
struct Setting {
    name: &'static str,
    flags: Vec<String>,
    /// Whether a Secret is written before anybody looks.
    writes: bool,
    expected: Expected,
}

impl Setting {
    fn new(name: &'static str, flags: Vec<String>, expected: Expected) -> Self {
        Self {
            name,
            flags,
            writes: false,
            expected,
        }
    }

    fn writing(self) -> Self {
        Self {
            writes: true,
            ..self
        }
    }
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
    let hook = Hook::listen().await?;
    let files = Files::write(hook.port)?;
    let scene = Scene::set(Options::default().nodes(0)).await?;
    for setting in settings::all(&files, &control_plane(&scene)?.report.dir) {
        restart(&scene, &setting).await?;
        let judged = judge(&scene, &setting).await;
        judged.with_context(|| setting.name)?;
        if setting.name == "strangers" {
            the_authorizer_is_told_and_not_its_words(&scene).await?;
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn planted_pods_change_no_verdict() -> anyhow::Result<()> {
    if Named::by_environment().is_some() {
        skip(
            "planted pods of the control plane",
            "needs nodes whose kubelets read static pods from a folder of ours",
        );
        return Ok(());
    }
    let scene = Scene::set(Options::default().nodes(1)).await?;
    a_right_that_is_missing_is_named(&scene).await?;
    planted::change_no_verdict(&scene).await
}

/// The webhook gives another reason each time: what is written must not change with it.
async fn the_authorizer_is_told_and_not_its_words(scene: &Scene) -> anyhow::Result<()> {
    let findings = scene.findings(OPERATOR_NAMESPACE).await?;
    let found = findings
        .into_iter()
        .find(|finding| finding.check == "strangers-may");
    let message = found.context("no finding")?.body.message;
    ensure!(
        message.contains("list secrets (an authorizer beside RBAC allows it)")
            && !message.contains("was looked at"),
        "{message}"
    );
    Ok(())
}

/// Without the right to ask, nothing passes that was to be asked, and the role to bind is named.
async fn a_right_that_is_missing_is_named(scene: &Scene) -> anyhow::Result<()> {
    let setting = Setting::new(
        "not-to-be-asked",
        Vec::new(),
        &[
            ("audit-events-lost", CheckStatus::Unknown),
            ("audit-off", CheckStatus::Unknown),
            ("secrets-in-plain-text", CheckStatus::Unknown),
            ("static-token-file", CheckStatus::Unknown),
        ],
    );
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
    control_plane.tell(start.trim()).await?;
    if setting.writes {
        let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "settings", "namespace": "default"},
            "stringData": {"written": setting.name}});
        Author(scene.client.clone()).apply(&secret).await?;
    }
    Ok(())
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
