//! What cannot be seen is Unknown with the reason, and nothing else is; what comes back into sight has kept its beginning.
//!
//! One cluster and one story, since each part takes rights away or restarts the API server.

use anyhow::{Context as _, ensure};
use assay_api::{ComplianceReport, ControlResult, FindingState, SightState, Verdict};
use assay_cluster::Options;
use assay_e2e::{Author, Operator, Rights, Scene, eventually, skip};
use chrono::{DateTime, Utc};
use serde_json::json;

const NAMESPACE: &str = "sight";
const REPORT: &str = "pci-04-network-security";
/// Sections none of whose checks reads network policies.
const UNAFFECTED: [&str; 3] = [
    "pci-01-authentication",
    "pci-02-authorization",
    "pci-03-workload-security",
];

struct Story {
    scene: Scene,
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_seen_is_unknown_and_nothing_else_is() -> anyhow::Result<()> {
    let story = Story {
        scene: Scene::set(Options::default().nodes(0)).await?,
    };
    let client = &story.scene.client;
    let author = Author(client.clone());
    author.namespace(NAMESPACE).await?;
    author
        .apply(&json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "pod", "namespace": NAMESPACE},
            "spec": {"containers": [{"name": "main", "image": "registry.example.com/app:1"}]}}))
        .await?;
    let operator = story.scene.operator("seeing")?;
    operator.ready().await?;
    let beginning = story.is_judged(None).await?;
    let others = story.others().await?;

    // Never allowed since it started.
    end(operator).await?;
    let taken = Rights::take(client, "networkpolicies").await?;
    let operator = story.scene.operator("blind")?;
    operator.ready().await?;
    story
        .is_blind(beginning)
        .await
        .context("started without the right")?;
    ensure!(
        story.others().await? == others,
        "other sections were to stay as they were: {:?}, not {others:?}",
        story.others().await?
    );

    taken.give_back().await?;
    story
        .is_judged(Some(beginning))
        .await
        .context("after the right was given back")?;

    // Taken while it runs: the API server checks a watch when it begins, so the answer comes when the watch does so again.
    let Some(control_plane) = story.scene.cluster.control_plane() else {
        skip(
            "a right is taken from a running operator",
            "needs to restart the API server, which checks a watch when it begins",
        );
        return Ok(());
    };
    let taken = Rights::take(client, "networkpolicies").await?;
    control_plane.tell("kill kube-apiserver").await?;
    control_plane.tell("start kube-apiserver").await?;
    story
        .is_blind(beginning)
        .await
        .context("the right was taken while it ran")?;
    taken.give_back().await?;
    story
        .is_judged(Some(beginning))
        .await
        .context("after the right was given back to the running operator")?;
    ensure!(
        story.others().await? == others,
        "other sections were to end as they began: {:?}, not {others:?}",
        story.others().await?
    );
    Ok(())
}

/// Since when 4.1 is not met, and since when the namespace is found to be open.
type Beginning = (DateTime<Utc>, DateTime<Utc>);

impl Story {
    /// Waits until 4.1 is judged again: it and the finding began when they did before.
    async fn is_judged(&self, beginning: Option<Beginning>) -> anyhow::Result<Beginning> {
        let control = self.control("4.1 is not met", |control| {
            control.verdict == Verdict::NotMet
        });
        let control = control.await?;
        let found = eventually("the open namespace is an open finding", async || {
            let found = self.open_namespace().await?;
            Ok(found.filter(|finding| finding.body.state == FindingState::Open))
        })
        .await?;
        let present = (control.since, found.body.since);
        ensure!(
            beginning.is_none_or(|beginning| beginning == present),
            "the control and the finding began {beginning:?}, and now say {present:?}"
        );
        let sight = self.policies_in_sight().await?;
        ensure!(
            sight.state == SightState::Seen && sight.reason.is_none(),
            "network policies were to be seen: {sight:?}"
        );
        Ok(present)
    }

    /// Waits until 4.1 is unknown because network policies may not be listed, and holds what else is said against that.
    async fn is_blind(&self, beginning: Beginning) -> anyhow::Result<()> {
        let control = self.control("4.1 is unknown", |control| {
            control.verdict == Verdict::Unknown
        });
        let control = control.await?;
        ensure!(
            control.reason.as_deref() == Some("Forbidden"),
            "the reason was to be Forbidden: {control:?}"
        );
        let message = control.message.as_deref().unwrap_or_default();
        ensure!(
            message.contains("networkpolicies") && message.contains("networking.k8s.io"),
            "the message was to name the rule that is missing: {message:?}"
        );
        let known = control.last_known.context("no lastKnown")?;
        ensure!(
            (known.verdict, known.since) == (Verdict::NotMet, beginning.0),
            "lastKnown was to be NotMet since {}: {known:?}",
            beginning.0
        );
        let finding = eventually("the finding is unverified", async || {
            let found = self.open_namespace().await?;
            let found = found.context("the finding is not to vanish")?;
            Ok((found.body.state == FindingState::Unverified).then_some(found))
        })
        .await?;
        ensure!(
            finding.body.since == beginning.1,
            "the finding was to be unverified since {}: {finding:?}",
            beginning.1
        );
        let sight = eventually(
            "the profile tells that network policies are not seen",
            async || {
                let sight = self.policies_in_sight().await?;
                Ok((sight.state == SightState::Blind).then_some(sight))
            },
        )
        .await?;
        ensure!(
            sight.reason.as_deref() == Some("Forbidden")
                && sight
                    .message
                    .as_deref()
                    .unwrap_or_default()
                    .contains("networkpolicies"),
            "the profile was to name the rule that is missing: {sight:?}"
        );
        Ok(())
    }

    async fn control(
        &self,
        what: &str,
        wanted: impl Fn(&ControlResult) -> bool,
    ) -> anyhow::Result<ControlResult> {
        eventually(what, async || {
            let report = self.scene.report(REPORT).await?;
            let controls = report.status.into_iter().flat_map(|status| status.controls);
            let mut wanted = controls.filter(|control| control.id == "4.1" && wanted(control));
            Ok(wanted.next())
        })
        .await
    }

    async fn open_namespace(&self) -> anyhow::Result<Option<assay_api::Finding>> {
        let findings = self.scene.findings(NAMESPACE).await?;
        let mut found = findings
            .into_iter()
            .filter(|finding| finding.check == "default-deny-ingress");
        Ok(found.next())
    }

    async fn policies_in_sight(&self) -> anyhow::Result<assay_api::Sight> {
        let status = self.scene.profile("pci").await?.status;
        let sights = status.into_iter().flat_map(|status| status.sight);
        let mut policies = sights.filter(|sight| sight.kind.starts_with("NetworkPolicy"));
        policies
            .next()
            .context("the profile does not tell of network policies")
    }

    /// What the sections that read no network policies say.
    async fn others(&self) -> anyhow::Result<Vec<(String, Verdict, DateTime<Utc>)>> {
        let mut all = Vec::new();
        for name in UNAFFECTED {
            let report: ComplianceReport = self.scene.report(name).await?;
            let controls = report.status.into_iter().flat_map(|status| status.controls);
            all.extend(controls.map(|control| (control.id, control.verdict, control.since)));
        }
        Ok(all)
    }
}

async fn end(mut operator: Operator) -> anyhow::Result<()> {
    operator.signal("TERM")?;
    ensure!(
        operator.ended().await?,
        "SIGTERM was to end it with exit code 0"
    );
    Ok(())
}
