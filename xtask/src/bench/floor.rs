//! The floor: a bare client that lists the same kinds at once, decodes JSON and drops it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, ensure};
use assay_e2e::Scene;
use futures::future::try_join_all;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};

/// Lists what Assay watches, decodes and drops; prints the seconds it took.
#[derive(clap::Args)]
pub(crate) struct Args {
    kubeconfig: PathBuf,
}

/// One measurement.
pub(super) struct Floor {
    pub(super) seconds: f64,
}

/// Measures in a process of its own, built as the operator is.
pub(super) fn measure(scene: &Scene) -> anyhow::Result<Floor> {
    let binary = crate::shell::target()?.join("release/xtask");
    let output = Command::new(binary)
        .arg("floor")
        .arg(scene.cluster.kubeconfig())
        .output()?;
    ensure!(
        output.status.success(),
        "the floor failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let seconds = String::from_utf8(output.stdout)?.trim().parse()?;
    Ok(Floor { seconds })
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let begun = Instant::now();
    runtime.block_on(list(&args.kubeconfig))?;
    println!("{}", begun.elapsed().as_secs_f64());
    Ok(())
}

async fn list(kubeconfig: &Path) -> anyhow::Result<()> {
    let kubeconfig = Kubeconfig::read_from(kubeconfig)?;
    let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await?;
    let client = Client::try_from(config)?;
    // Of kinds that other tools define there are none.
    let kinds = assay_inventory::Kind::FIRST_PARTY;
    try_join_all(kinds.into_iter().map(|kind| all(&client, kind))).await?;
    Ok(())
}

/// Page by page, as generic JSON: the least a client does that reads its objects.
async fn all(client: &Client, kind: assay_inventory::Kind) -> anyhow::Result<usize> {
    let served = kind.served();
    let prefix = if served.group.is_empty() {
        "/api/v1".to_owned()
    } else {
        format!("/apis/{}/{}", served.group, served.version)
    };
    let mut count = 0;
    let mut token = String::new();
    loop {
        let path = format!("{prefix}/{}?limit=500&continue={token}", served.plural);
        let request = http::Request::get(path).body(Vec::new())?;
        let page: serde_json::Value = client.request(request).await?;
        let items = page.get("items").and_then(|items| items.as_array());
        count += items.context("a list without items")?.len();
        match page
            .pointer("/metadata/continue")
            .and_then(|next| next.as_str())
        {
            Some(next) if !next.is_empty() => next.clone_into(&mut token),
            _ => return Ok(count),
        }
    }
}
