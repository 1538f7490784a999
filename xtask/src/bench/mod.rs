//! The benchmark: how fast and how large, against a floor measured in the same run.
//!
//! The floor of a cold start is a bare client that lists the same kinds with the same encoding and concurrency, decodes and drops; that of
//! delays one that watches and writes as much, and judges nothing.

mod bare;
mod churn;
mod floor;
mod populate;
mod process;

use std::path::Path;
use std::time::{Duration, Instant};

use assay_api::ComplianceReport;
use assay_cluster::{Cluster, Options};
use assay_e2e::{Operator, Scene, eventually};
use kube::api::{DeleteParams, ListParams};
use kube::{Api, ResourceExt};

use crate::shell::{build_control_plane, cargo, step, target};

pub(crate) use floor::Args as FloorArgs;
pub(crate) use floor::run as run_floor;

/// Measures cold start, delay and memory.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Pods in the cluster; may be given several times.
    #[arg(long = "pods", default_values_t = [1_000, 10_000])]
    pods: Vec<u32>,
    /// Cold starts and floors measured each, in turn.
    #[arg(long, default_value_t = 3)]
    runs: u32,
    /// Changes of which the delay is measured.
    #[arg(long, default_value_t = 60)]
    changes: u32,
    /// Measures the engine alone, which needs no cluster: a full evaluation, and one changed object.
    #[arg(long, conflicts_with_all = ["pods", "runs", "changes"])]
    engine: bool,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    if args.engine {
        return step(
            "measure the engine alone",
            cargo().args(["bench", "--quiet", "--workspace", "--bench", "alone"]),
        );
    }
    build_control_plane()?;
    // Together, so that both are linked against the same dependencies.
    step(
        "build Assay and the floor for release",
        cargo().args(["build", "--release", "--workspace", "--bins"]),
    )?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    for pods in &args.pods {
        runtime.block_on(measure(*pods, args))?;
    }
    Ok(())
}

async fn measure(pods: u32, args: &Args) -> anyhow::Result<()> {
    println!("\n## {pods} pods");
    let options = Options::default()
        .nodes(0)
        .apiserver_flag("--max-requests-inflight=4000")
        .apiserver_flag("--max-mutating-requests-inflight=2000");
    let scene = Scene::on(Cluster::start(options).await?, &[]).await?;
    let begun = Instant::now();
    let objects = populate::populate(&scene, pods).await?;
    println!(
        "{objects} objects made in {:.1} s",
        begun.elapsed().as_secs_f32()
    );

    let mut floors = Vec::new();
    let mut starts = Vec::new();
    let mut peak = 0;
    let mut last = None;
    for _ in 0..args.runs {
        let floor = floor::measure(&scene)?;
        floors.push(floor.seconds);
        drop(last.take());
        forget_reports(&scene).await?;
        let (operator, seconds) = cold_start(&scene).await?;
        starts.push(seconds);
        peak = peak.max(process::peak_kib(operator.pid())?);
        last = Some(operator);
    }
    let operator = last.ok_or_else(|| anyhow::anyhow!("--runs must be at least 1"))?;
    let floor = median(&mut floors);
    let start = median(&mut starts);
    println!("floor, JSON, decoded and dropped: {floor:.2} s (median of {floors:?})");
    println!(
        "cold start to sixteen reports:    {start:.2} s (median of {starts:?}), {:.2} × the floor",
        start / floor
    );
    tokio::time::sleep(Duration::from_secs(5)).await;
    let rest = process::resident_kib(operator.pid())?;
    println!(
        "memory: {:.1} MiB at rest, {:.1} MiB at most",
        mib(rest),
        mib(peak)
    );
    println!(
        "stored: {} bytes of reports and findings as JSON",
        stored(&scene).await?
    );

    let quiet = process::cpu_ticks(operator.pid())?;
    tokio::time::sleep(Duration::from_secs(10)).await;
    let ticks = process::cpu_ticks(operator.pid())? - quiet;
    println!("idle: {ticks} ticks of processor time in 10 s");

    let delays = churn::delays(&scene, args.changes).await?;
    println!(
        "change to report at 100 changes/s:  {}",
        shares(delays.reports)
    );
    println!(
        "floor, a bare client's own write:   {}",
        shares(delays.floor)
    );
    drop(operator);
    scene.end().await
}

async fn cold_start(scene: &Scene) -> anyhow::Result<(Operator, f64)> {
    let binary = target()?.join("release/assay-operator");
    let begun = Instant::now();
    let operator = scene.operator_at("bench", Path::new(&binary))?;
    let reports: Api<ComplianceReport> = Api::all(scene.client.clone());
    eventually("all reports are written", async || {
        let written = reports.list(&ListParams::default()).await?;
        let count = written
            .iter()
            .filter(|report| report.status.is_some())
            .count();
        Ok((count == 16).then_some(()))
    })
    .await?;
    Ok((operator, begun.elapsed().as_secs_f64()))
}

/// A cold start finds nothing that it wrote before, and nobody who leads.
async fn forget_reports(scene: &Scene) -> anyhow::Result<()> {
    let reports: Api<ComplianceReport> = Api::all(scene.client.clone());
    for report in reports.list(&ListParams::default()).await? {
        reports
            .delete(&report.name_any(), &DeleteParams::default())
            .await?;
    }
    let leases: Api<k8s_openapi::api::coordination::v1::Lease> =
        Api::namespaced(scene.client.clone(), assay_e2e::OPERATOR_NAMESPACE);
    for lease in leases.list(&ListParams::default()).await? {
        leases
            .delete(&lease.name_any(), &DeleteParams::default())
            .await?;
    }
    Ok(())
}

async fn stored(scene: &Scene) -> anyhow::Result<usize> {
    let reports = serde_json::to_string(&scene.reports().await?)?.len();
    let findings: Api<assay_api::ComplianceFindings> = Api::all(scene.client.clone());
    let findings = findings.list(&ListParams::default()).await?;
    Ok(reports + serde_json::to_string(&findings.items)?.len())
}

/// What half of them, and all but one in a hundred, do not exceed.
fn shares(mut delays: Vec<u64>) -> String {
    delays.sort_unstable();
    let at = |share: usize| {
        let at = (delays.len() * share / 100).min(delays.len().saturating_sub(1));
        delays.get(at).copied().unwrap_or_default()
    };
    let (half, most) = (at(50), at(99));
    format!("p50 {half} ms, p99 {most} ms of {}", delays.len())
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn mib(kib: u64) -> f64 {
    f64::from(u32::try_from(kib).unwrap_or(u32::MAX)) / 1024.0
}
