//! Kinds that other tools define come and go while the operator runs, and what they tell comes and goes with them.

use anyhow::{Context as _, ensure};
use assay_api::{CheckResult, CheckStatus, ComplianceReport};
use assay_e2e::{DESCRIBED, Stage, described_cluster, describing_clusters, eventually, on_stage};

const NAMESPACE: &str = "infra";
const CHECK: &str = "described-cluster-exposed";
const REPORT: &str = "pci-04-network-security";

#[test]
fn kinds_of_other_tools_come_and_go_with_no_restart() -> anyhow::Result<()> {
    on_stage(async |stage| {
        let author = stage.author();
        author.namespace(NAMESPACE).await?;
        is(stage, CheckStatus::NotApplicable).await?;
        let status = stage.profile("pci").await?.status;
        let mut sights = status.into_iter().flat_map(|status| status.sight);
        ensure!(
            !sights.any(|sight| sight.kind == DESCRIBED),
            "of a kind that nobody defines there is nothing to tell"
        );

        // It is defined while the operator runs, in a version that is understood and another that is not.
        let definition = describing_clusters(&["v9", "v1alpha1"]);
        author.apply(&definition).await?;
        let open = described_cluster(NAMESPACE, "prod", true);
        eventually("the kind is served", async || {
            author.apply(&open).await.map(Some)
        })
        .await?;
        let found = stage.finding(NAMESPACE, CHECK, "prod", true).await?;
        let found = found.context("a finding")?.body;
        ensure!(
            found.resource.kind == "Cluster"
                && found.message.contains("publicAccessCIDRs is unset"),
            "the finding was to name the object and the field: {found:?}"
        );
        is(stage, CheckStatus::Fail).await?;
        // And goes as its object is put right.
        let private = described_cluster(NAMESPACE, "prod", false);
        author.apply(&private).await?;
        stage.finding(NAMESPACE, CHECK, "prod", false).await?;
        is(stage, CheckStatus::Pass).await?;
        author.apply(&open).await?;
        stage.finding(NAMESPACE, CHECK, "prod", true).await?;

        // It is defined no more: there are none of its objects, which is known at once.
        author.delete(&definition).await?;
        stage.finding(NAMESPACE, CHECK, "prod", false).await?;
        is(stage, CheckStatus::NotApplicable).await?;
        Ok(())
    })
}

/// Waits until the check's row in the report has that status.
async fn is(stage: &Stage, status: CheckStatus) -> anyhow::Result<CheckResult> {
    eventually(&format!("{CHECK} is {status:?}"), async || {
        let report: ComplianceReport = stage.report(REPORT).await?;
        let controls = report.status.map(|status| status.controls);
        let mut checks = controls
            .into_iter()
            .flatten()
            .flat_map(|control| control.checks);
        Ok(checks.find(|check| check.id == CHECK && check.status == status))
    })
    .await
}
