//! What cannot be seen is Unknown with the reason, and nothing else is; what comes back into sight has kept its beginning.
//!
//! One cluster and one story, since each part takes rights away or restarts the API server.

use anyhow::{Context as _, ensure};
use assay_api::{ComplianceReport, ControlResult, FindingState, Sight, SightState, Verdict};
use assay_cluster::Options;
use assay_e2e::{
    Author, DESCRIBED, Operator, Rights, Scene, described_cluster, describing_clusters, eventually,
    skip,
};
use chrono::{DateTime, Utc};
use serde_json::json;

const NAMESPACE: &str = "sight";
const REPORT: &str = "pci-04-network-security";
/// What is found of a kind that another tool defines.
const CHECK: &str = "described-cluster-exposed";
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
    // A kind that is none of Kubernetes' own.
    author.apply(&describing_clusters(&["v1alpha1"])).await?;
    eventually("the kind is served", async || {
        let cluster = described_cluster(NAMESPACE, "prod", true);
        author.apply(&cluster).await.map(Some)
    })
    .await?;
    let operator = story.scene.operator("seeing")?;
    operator.ready().await?;
    story.described(FindingState::Open).await?;
    let beginning = story.is_judged(None).await?;
    let others = story.others().await?;

    // Never allowed since it started.
    end(operator).await?;
    let taken = Rights::take(client, "networkpolicies").await?;
    let other = Rights::take(client, "clusters").await?;
    let operator = story.scene.operator("blind")?;
    operator.ready().await?;
    story
        .is_blind(beginning)
        .await
        .context("started without the right")?;
    story.described_is_blind().await?;
    ensure!(
        story.others().await? == others,
        "other sections were to stay as they were: {:?}, not {others:?}",
        story.others().await?
    );

    taken.give_back().await?;
    other.give_back().await?;
    story
        .is_judged(Some(beginning))
        .await
        .context("after the right was given back")?;
    story.described(FindingState::Open).await?;

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
        let sight = self.policies_are(SightState::Seen).await?;
        ensure!(sight.reason.is_none(), "nothing was amiss: {sight:?}");
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
        let sight = self.policies_are(SightState::Blind).await?;
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

    /// Waits until the profile, which is written apart from reports and findings, tells this of network policies.
    async fn policies_are(&self, state: SightState) -> anyhow::Result<Sight> {
        let what = format!("the profile tells that network policies are {state:?}");
        eventually(&what, async || {
            let sight = self.sight("NetworkPolicy").await?;
            Ok((sight.state == state).then_some(sight))
        })
        .await
    }

    async fn sight(&self, kind: &str) -> anyhow::Result<Sight> {
        let status = self.scene.profile("pci").await?.status;
        let mut sights = status.into_iter().flat_map(|status| status.sight);
        let sight = sights.find(|sight| sight.kind.starts_with(kind));
        sight.with_context(|| format!("the profile does not tell of {kind}"))
    }

    /// Waits until the finding on the described cluster is in that state.
    async fn described(&self, state: FindingState) -> anyhow::Result<()> {
        eventually(&format!("{CHECK} is {state:?}"), async || {
            let findings = self.scene.findings(NAMESPACE).await?;
            let mut ours = findings.iter().filter(|finding| finding.check == CHECK);
            Ok(ours
                .any(|finding| finding.body.state == state)
                .then_some(()))
        })
        .await
    }

    /// The check tells which role gives the right to see such clusters, and the profile that they are not seen.
    async fn described_is_blind(&self) -> anyhow::Result<()> {
        self.described(FindingState::Unverified).await?;
        let controls = self.scene.report(REPORT).await?.status;
        let controls = controls.into_iter().flat_map(|status| status.controls);
        let mut checks = controls.flat_map(|control| control.checks);
        let check = checks.find(|check| check.id == CHECK);
        let check = check.with_context(|| format!("{CHECK} is in no report"))?;
        let names_role = |message: &String| message.contains("assay-operator-third-party");
        ensure!(
            check.reason.as_deref() == Some("Forbidden")
                && check.message.as_ref().is_some_and(names_role),
            "the check was to name the role: {check:?}"
        );
        let sight = self.sight(DESCRIBED).await?;
        ensure!(
            sight.state == SightState::Blind,
            "the profile was to say so as well: {sight:?}"
        );
        Ok(())
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
