//! Kinds that other tools define come and go while the operator runs, and what they tell comes and goes with them; where
//! they may not be seen, that is said.

use anyhow::{Context as _, ensure};
use assay_api::{CheckResult, CheckStatus, ComplianceReport, FindingState, SightState};
use assay_cluster::Options;
use assay_e2e::{Author, Rights, Scene, eventually};
use serde_json::{Value, json};

const NAMESPACE: &str = "infra";
const CHECK: &str = "described-cluster-exposed";
const REPORT: &str = "pci-04-network-security";
const GROUP: &str = "eks.services.k8s.aws";
const KIND: &str = "Cluster.eks.services.k8s.aws";

struct Story {
    scene: Scene,
    author: Author,
}

#[tokio::test(flavor = "multi_thread")]
async fn kinds_of_other_tools_come_and_go_with_no_restart() -> anyhow::Result<()> {
    let scene = Scene::set(Options::default().nodes(0)).await?;
    let author = Author(scene.client.clone());
    author.namespace(NAMESPACE).await?;
    let story = Story { scene, author };
    let mut operator = story.scene.operator("watching")?;
    operator.ready().await?;
    story.check(CheckStatus::NotApplicable).await?;
    ensure!(
        story.sight().await?.is_none(),
        "of a kind that nobody defines there is nothing to tell"
    );

    // It is defined while the operator runs, in a version that is understood and another that is not.
    let definition = definition(&["v9", "v1alpha1"]);
    story.author.apply(&definition).await?;
    let open = cluster("prod", true);
    eventually("the kind is served", async || {
        story.author.apply(&open).await.map(Some)
    })
    .await?;
    let found = story.scene.finding(NAMESPACE, CHECK, "prod", true).await?;
    let found = found.context("a finding")?.body;
    ensure!(
        found.resource.kind == "Cluster" && found.message.contains("publicAccessCIDRs is unset"),
        "the finding was to name the object and the field: {found:?}"
    );
    story.check(CheckStatus::Fail).await?;
    // And goes as its object is put right.
    story.author.apply(&cluster("prod", false)).await?;
    story.scene.finding(NAMESPACE, CHECK, "prod", false).await?;
    story.check(CheckStatus::Pass).await?;
    story.author.apply(&open).await?;
    story.scene.finding(NAMESPACE, CHECK, "prod", true).await?;

    // One that starts without the right tells which role gives it.
    let taken = Rights::take(&story.scene.client, "clusters").await?;
    operator.signal("TERM")?;
    operator.ended().await?;
    let operator = story.scene.operator("blind")?;
    operator.ready().await?;
    let blind = story.check(CheckStatus::Unknown).await?;
    ensure!(
        blind.reason.as_deref() == Some("Forbidden")
            && blind
                .message
                .as_ref()
                .is_some_and(|message| message.contains("assay-operator-third-party")),
        "the check was to name the role: {blind:?}"
    );
    eventually("the profile says so as well", async || {
        let sight = story.sight().await?;
        Ok((sight == Some(SightState::Blind)).then_some(()))
    })
    .await?;
    story.is(FindingState::Unverified).await?;
    taken.give_back().await?;
    story.is(FindingState::Open).await?;

    // It is defined no more: there are none of its objects, which is known at once.
    story.author.delete(&definition).await?;
    story.scene.finding(NAMESPACE, CHECK, "prod", false).await?;
    story.check(CheckStatus::NotApplicable).await?;
    drop(operator);
    story.scene.end().await
}

impl Story {
    /// The check's row in the report, once it has that status.
    async fn check(&self, status: CheckStatus) -> anyhow::Result<CheckResult> {
        eventually(&format!("{CHECK} is {status:?}"), async || {
            let report: ComplianceReport = self.scene.report(REPORT).await?;
            let controls = report.status.map(|status| status.controls);
            let mut checks = controls
                .into_iter()
                .flatten()
                .flat_map(|control| control.checks);
            Ok(checks.find(|check| check.id == CHECK && check.status == status))
        })
        .await
    }

    async fn is(&self, state: FindingState) -> anyhow::Result<()> {
        eventually(&format!("the finding is {state:?}"), async || {
            let findings = self.scene.findings(NAMESPACE).await?;
            let mut ours = findings.iter().filter(|finding| finding.check == CHECK);
            Ok(ours
                .any(|finding| finding.body.state == state)
                .then_some(()))
        })
        .await
    }

    /// What the profile tells of the kind, if anything.
    async fn sight(&self) -> anyhow::Result<Option<SightState>> {
        let status = self.scene.profile("pci").await?.status;
        let sights = status.map(|status| status.sight).unwrap_or_default();
        let ours = sights.into_iter().find(|sight| sight.kind == KIND);
        Ok(ours.map(|sight| sight.state))
    }
}

/// A definition that takes whatever it is given: whose fields they are is their tool's business.
fn definition(versions: &[&str]) -> Value {
    let versions = versions.iter().enumerate().map(|(index, name)| {
        json!({
            "name": name, "served": true, "storage": index == 0,
            "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}},
        })
    });
    json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": format!("clusters.{GROUP}")},
        "spec": {
            "group": GROUP, "scope": "Namespaced", "versions": versions.collect::<Vec<_>>(),
            "names": {"kind": "Cluster", "plural": "clusters", "singular": "cluster", "listKind": "ClusterList"},
        },
    })
}

fn cluster(name: &str, public: bool) -> Value {
    json!({
        "apiVersion": format!("{GROUP}/v1alpha1"), "kind": "Cluster",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": {"resourcesVPCConfig": {"endpointPublicAccess": public}},
    })
}
