//! What a real API server tells of its settings, and what is made of it: each setting as it should be and as it should not.
//!
//! One control plane: its API server is started again with other flags, and a fresh operator takes its first look.

mod hook;
mod settings;

use anyhow::{Context as _, ensure};
use assay_cluster::Options;
use assay_e2e::{Author, OPERATOR_NAMESPACE, Scene, judge, skips_on_named};
use serde_json::json;

use hook::Hook;
use settings::{Files, Setting};

#[tokio::test(flavor = "multi_thread")]
async fn settings_of_the_api_server_are_judged_as_they_are() -> anyhow::Result<()> {
    if skips_on_named(
        "settings of the API server",
        "needs an API server that may be started again with other flags",
    ) {
        return Ok(());
    }
    let hook = Hook::listen().await?;
    let files = Files::write(hook.port)?;
    let scene = Scene::set(Options::default().nodes(0)).await?;
    for setting in settings::all(&files, &scene.control_plane()?.report.dir) {
        restart(&scene, &setting).await?;
        let judged = judge(&scene, &setting.name, &setting.expected).await;
        judged.with_context(|| setting.name.clone())?;
        if setting.name == "strangers" {
            the_authorizer_is_told_and_not_its_words(&scene).await?;
        }
    }
    Ok(())
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

async fn restart(scene: &Scene, setting: &Setting) -> anyhow::Result<()> {
    let control_plane = scene.control_plane()?;
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
