//! The demo: a control plane, a flawed shop, and Assay watching it.

use std::path::Path;
use std::time::{Duration, Instant};

use assay_api::{ComplianceReport, Finding, Severity};
use assay_cluster::{Cluster, Named, Options};
use assay_e2e::{Author, Operator, Scene, Shop, eventually};
use kube::{Api, ResourceExt};
use serde_json::{Value, json};

use crate::own_cluster::{OwnCluster, announce};
use crate::shell::{build_control_plane, cargo, step, target};

/// Findings that the demo shows.
const SHOWN: usize = 12;

/// Shows Assay at work.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Ends after the show instead of staying up.
    #[arg(long)]
    once: bool,
    #[command(flatten)]
    cluster: OwnCluster,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let named = args.cluster.named();
    if named.is_none() {
        build_control_plane()?;
    }
    // The whole workspace: another selection would have cargo compile the dependencies again with other features.
    step(
        "build Assay",
        cargo().args(["build", "--workspace", "--bin", "assay-operator"]),
    )?;
    let operator = target()?.join("debug/assay-operator");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let shop = Shop::read()?;
        let cluster = open(named, &shop).await?;
        tokio::select! {
            shown = show(args, cluster, &shop, &operator) => shown,
            // What it has set up ends with it.
            interrupted = tokio::signal::ctrl_c() => Ok(interrupted?),
        }
    })
}

/// The cluster that was asked for.
async fn open(named: Option<Named>, shop: &Shop) -> anyhow::Result<Cluster> {
    if let Some(named) = named {
        let more = format!(
            "and the flawed payment shop of deploy/demo: {}",
            outline(shop)
        );
        announce(&named, "the demo", &more)?;
        return Cluster::existing(named);
    }
    say("starting etcd, kube-apiserver, kube-controller-manager, kube-scheduler and two kubelets");
    Cluster::start(Options::default().nodes(2)).await
}

/// What of the shop reaches beyond its namespaces.
fn outline(shop: &Shop) -> String {
    let named = |kind: &str| {
        let of_kind = |manifest: &&Value| manifest.get("kind").is_some_and(|of| of == kind);
        let objects = shop.manifests().iter().filter(of_kind);
        let names = objects.filter_map(|manifest| manifest.pointer("/metadata/name")?.as_str());
        names.collect::<Vec<_>>().join(", ")
    };
    format!(
        "the namespaces {}, and for the whole cluster the ClusterRoleBindings {}, of which some give strangers rights on purpose",
        named("Namespace"),
        named("ClusterRoleBinding"),
    )
}

async fn show(args: &Args, cluster: Cluster, shop: &Shop, operator: &Path) -> anyhow::Result<()> {
    let scene = Scene::on(cluster, shop.manifests()).await?;
    let version = scene.client.apiserver_version().await?.git_version;
    say(&format!(
        "Kubernetes {version} answers; installing the payment shop of deploy/demo"
    ));
    shop.open(&scene).await?;
    let running = scene.operator_at("demo", operator)?;
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
    let author = Author(scene.client.clone());
    let binding = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": NAME},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "intern@example.com"}],
    });
    say(&format!(
        "a live change: ClusterRoleBinding {NAME} gives intern@example.com cluster-admin"
    ));
    author.apply(&binding).await?;
    let shown = follow(scene, NAME, true).await?;
    println!(
        "pci-02-authorization showed it after {} ms",
        shown.as_millis()
    );
    author.delete(&binding).await?;
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
    say("it stays up until you press Ctrl-C; try");
    println!(
        "alias kubectl='{}'\n\
         kubectl get compliancereports -o wide\n\
         kubectl describe creport pci-02-authorization\n\
         kubectl get compliancefindings -A\n\
         kubectl -n shop delete networkpolicy --all; kubectl get creport pci-04-network-security",
        scene.cluster.kubectl_command().await?,
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
    scene.end().await
}
