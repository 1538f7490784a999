//! The demo: a control plane, a flawed shop, and Assay watching it.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use assay_api::{ComplianceReport, Finding, Severity};
use assay_cluster::Options;
use assay_e2e::{Operator, Scene, eventually};
use k8s_openapi::api::rbac::v1::{ClusterRoleBinding, RoleRef, Subject};
use kube::api::{DeleteParams, PostParams};
use kube::{Api, ResourceExt};

use crate::shell::{build_control_plane, cargo, root, step, target};

/// Findings that the demo shows.
const SHOWN: usize = 12;

/// Shows Assay at work.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Ends after the show instead of staying up.
    #[arg(long)]
    once: bool,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    build_control_plane()?;
    step(
        "build Assay",
        cargo().args(["build", "-p", "assay-operator"]),
    )?;
    let operator = target()?.join("debug/assay-operator");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(show(args, operator))
}

async fn show(args: &Args, operator: PathBuf) -> anyhow::Result<()> {
    say("starting etcd, kube-apiserver, kube-controller-manager, kube-scheduler and two kubelets");
    let scene = Scene::set(Options::default().nodes(2)).await?;
    let version = &scene.cluster.report.version;
    say(&format!(
        "Kubernetes {version} answers; installing the payment shop of deploy/demo"
    ));
    let shop = root().join("deploy/demo");
    let shop = shop.to_str().context("the checkout's path is not UTF-8")?;
    scene
        .cluster
        .kubectl(&["apply", "--server-side", "-R", "-f", shop])
        .await?;
    scene
        .cluster
        .kubectl(&[
            "wait",
            "--for=condition=Available",
            "deployment",
            "--all",
            "--all-namespaces",
            "--timeout=90s",
        ])
        .await?;
    let running = scene.operator_at("demo", &operator)?;
    running.ready().await?;
    for section in assay_catalog::sections() {
        scene
            .report(&assay_api::report_name("pci", section.slug))
            .await?;
    }
    say("kubectl get compliancereports");
    println!(
        "{}",
        scene.cluster.kubectl(&["get", "compliancereports"]).await?
    );
    worst(&scene).await?;
    live_change(&scene).await?;
    if !args.once {
        stay(&scene).await?;
    }
    end(scene, running).await
}

fn say(what: &str) {
    println!("\n── {what}");
}

async fn worst(scene: &Scene) -> anyhow::Result<()> {
    let mut findings: Vec<Finding> = scene
        .reports()
        .await?
        .into_iter()
        .filter_map(|report| report.status)
        .flat_map(|status| status.controls)
        .flat_map(|control| control.worst)
        .filter(|finding| finding.kind == assay_api::CheckKind::Requirement)
        .collect();
    findings.sort_by_key(|finding| (rank(finding.severity), finding.check.clone()));
    say(&format!(
        "the worst of {} findings of requirements",
        findings.len()
    ));
    for finding in findings.iter().take(SHOWN) {
        println!(
            "{:<8} {:>4}  {}\n               {}",
            format!("{:?}", finding.severity).to_uppercase(),
            finding.control,
            finding.check,
            finding.body.message
        );
    }
    Ok(())
}

fn rank(severity: Severity) -> u8 {
    match severity {
        Severity::Critical => 0,
        Severity::High => 1,
        Severity::Medium => 2,
        Severity::Low => 3,
    }
}

/// Grants cluster-admin and takes it back, and tells how long the report took to follow.
async fn live_change(scene: &Scene) -> anyhow::Result<()> {
    const NAME: &str = "demo-friday-evening";
    let bindings: Api<ClusterRoleBinding> = Api::all(scene.client.clone());
    let mut binding = ClusterRoleBinding {
        role_ref: RoleRef {
            api_group: "rbac.authorization.k8s.io".to_owned(),
            kind: "ClusterRole".to_owned(),
            name: "cluster-admin".to_owned(),
        },
        subjects: Some(vec![Subject {
            api_group: Some("rbac.authorization.k8s.io".to_owned()),
            kind: "User".to_owned(),
            name: "intern@example.com".to_owned(),
            namespace: None,
        }]),
        ..ClusterRoleBinding::default()
    };
    binding.metadata.name = Some(NAME.to_owned());
    say(&format!(
        "a live change: ClusterRoleBinding {NAME} gives intern@example.com cluster-admin"
    ));
    bindings.create(&PostParams::default(), &binding).await?;
    let shown = follow(scene, NAME, true).await?;
    println!(
        "pci-02-authorization showed it after {} ms",
        shown.as_millis()
    );
    bindings.delete(NAME, &DeleteParams::default()).await?;
    let cleared = follow(scene, NAME, false).await?;
    println!(
        "and was clear of it {} ms after its deletion",
        cleared.as_millis()
    );
    Ok(())
}

/// How long until the report shows, or no longer shows, a finding on the object of this name.
async fn follow(scene: &Scene, name: &str, wanted: bool) -> anyhow::Result<Duration> {
    let begun = Instant::now();
    let reports: Api<ComplianceReport> = Api::all(scene.client.clone());
    eventually("the report follows", async || {
        let report = reports.get("pci-02-authorization").await?;
        let controls = report.status.into_iter().flat_map(|status| status.controls);
        let found = controls
            .flat_map(|control| control.worst)
            .any(|finding| finding.body.resource.name == name);
        Ok((found == wanted).then_some(()))
    })
    .await?;
    Ok(begun.elapsed())
}

async fn stay(scene: &Scene) -> anyhow::Result<()> {
    let kubeconfig = &scene.cluster.report.kubeconfig;
    say("it stays up until you press Ctrl-C; try");
    println!(
        "export KUBECONFIG={}\n\
         alias kubectl='{}'\n\
         kubectl get compliancereports -o wide\n\
         kubectl describe creport pci-02-authorization\n\
         kubectl get compliancefindings -A\n\
         kubectl -n shop delete networkpolicy --all; kubectl get creport pci-04-network-security",
        kubeconfig.display(),
        scene.cluster.kubectl_command(),
    );
    tokio::signal::ctrl_c().await?;
    Ok(())
}

async fn end(scene: Scene, mut running: Operator) -> anyhow::Result<()> {
    running.signal("TERM")?;
    running.ended().await?;
    let names: Vec<String> = scene
        .reports()
        .await?
        .iter()
        .map(ResourceExt::name_any)
        .collect();
    anyhow::ensure!(
        names.len() == 16,
        "sixteen reports were expected, there are {names:?}"
    );
    scene.cluster.stop().await
}
