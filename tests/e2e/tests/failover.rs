//! Of several replicas one writes, and whoever takes over goes on where the last one ended.
//!
//! One cluster and one story, since each part kills or pauses the one who writes.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::ensure;
use assay_api::{ComplianceFindings, ComplianceReport};
use assay_cluster::Options;
use assay_e2e::{
    Account, Audit, Author, Lease, OPERATOR_NAMESPACE, Operator, Scene, Write, eventually, skip,
};
use kube::Api;
use kube::api::{ApiResource, DynamicObject, Patch, PatchParams};
use serde_json::{Value, json};

const NAMESPACE: &str = "failover";
/// The request of a certificate that is issued.
const LOGIN: &str = "failover-jane";
/// The same, but that only the leader saw it.
const UNSEEN: &str = "failover-eve";

struct Story {
    scene: Scene,
    audit: Audit,
    author: Author,
}

#[tokio::test(flavor = "multi_thread")]
async fn one_writes_and_the_next_goes_on() -> anyhow::Result<()> {
    let (audit, options) = Audit::keep(Options::default().nodes(0))?;
    let scene = Scene::set(options).await?;
    let author = Author(scene.client.clone());
    author.namespace(NAMESPACE).await?;
    let story = Story {
        scene,
        audit,
        author,
    };
    story.grant("early").await?;
    let first = story.scene.operator("first")?;
    story.leads(&first, "first").await?;
    // Gone before the next comes, which can know of it from the first alone.
    let issued = story.scene.cluster.control_plane().is_some();
    if issued {
        story.scene.issue_login(LOGIN).await?;
    } else {
        skip(
            "a certificate for somebody outlives its request and the leader",
            "nobody could take such a certificate back",
        );
    }
    let second = story.standby("second").await?;
    // Both see these come, each by its own clock; what the one who writes says is what counts.
    for name in ["late", "later", "latest"] {
        story.grant(name).await?;
    }

    story.leader_is_killed(first, &second, issued).await?;
    if issued {
        story.scene.remembers_login(LOGIN).await?;
        story.scene.remembers_login(UNSEEN).await?;
    }
    let third = story.leader_is_paused(second).await?;
    story.lease_is_deleted(&third).await?;
    story.epochs_only_rise().await?;
    story.epoch_is_planted().await
}

impl Story {
    /// The standby takes over with a higher epoch and every beginning as it was, and what the last one alone knew.
    async fn leader_is_killed(
        &self,
        first: Operator,
        second: &Operator,
        issued: bool,
    ) -> anyhow::Result<()> {
        let before = Account::read(&self.scene.client).await?;
        let lease = Lease::read(&self.scene.client).await?;
        first.kill()?;
        if issued {
            self.scene.note_login(LOGIN, UNSEEN).await?;
        }
        let next = self.leads(second, "second").await?;
        ensure!(
            next > lease.epoch,
            "the next holder has a higher epoch: {next} after {}",
            lease.epoch
        );
        let mut differences = Account::read(&self.scene.client)
            .await?
            .differences(&before);
        differences.retain(|difference| !difference.contains(UNSEEN));
        ensure!(
            differences.is_empty(),
            "a new leader was to say the same: {differences:#?}"
        );
        self.grant("after-kill").await
    }

    /// One that was asleep past its term has lost it, and finds out before it writes.
    async fn leader_is_paused(&self, second: Operator) -> anyhow::Result<Operator> {
        let third = self.standby("third").await?;
        second.signal("STOP")?;
        let before = Account::read(&self.scene.client).await?;
        let epoch = self.leads(&third, "third").await?;
        let differences = Account::read(&self.scene.client)
            .await?
            .differences(&before);
        ensure!(
            differences.is_empty(),
            "a new leader was to say the same: {differences:#?}"
        );
        // The one that sleeps will find much to write.
        for number in 0..8 {
            self.grant(&format!("asleep-{number}")).await?;
        }
        let before = Account::read(&self.scene.client).await?;
        second.signal("CONT")?;
        eventually(
            "the one that was asleep knows that it stands by",
            async || Ok((second.metric("assay_leader").await? < 1.0).then_some(())),
        )
        .await?;
        let differences = Account::read(&self.scene.client)
            .await?
            .differences(&before);
        ensure!(
            differences.is_empty(),
            "one that woke up was to change nothing: {differences:#?}"
        );
        // It follows again, and leaves the writing to the other.
        self.grant("awake").await?;
        let wanted = third.metric(HIGH).await?;
        eventually("the one that was asleep has caught up", async || {
            let known = second.metric(HIGH).await?;
            Ok((known >= wanted).then_some(()))
        })
        .await?;
        ensure!(
            second.metric("assay_leader").await? < 1.0,
            "it was to stand by"
        );
        let lease = Lease::read(&self.scene.client).await?;
        ensure!(
            lease.holder == "third" && lease.epoch == epoch,
            "third was to keep the Lease of epoch {epoch}: {lease:?}"
        );
        Ok(third)
    }

    /// Somebody deletes the Lease: whoever takes the new one goes on with a higher epoch.
    async fn lease_is_deleted(&self, only: &Operator) -> anyhow::Result<()> {
        let lease = Lease::read(&self.scene.client).await?;
        self.author
            .delete(
                &json!({"apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
                "metadata": {"name": "assay-operator", "namespace": OPERATOR_NAMESPACE}}),
            )
            .await?;
        let epoch = self.leads(only, "third").await?;
        ensure!(
            epoch > lease.epoch,
            "a new Lease has a higher epoch: {epoch} after {}",
            lease.epoch
        );
        self.grant("after-deletion").await
    }

    /// No status of a lower epoch ever followed one of a higher.
    async fn epochs_only_rise(&self) -> anyhow::Result<()> {
        let writes = eventually("four epochs have written", async || {
            let Some(writes) = self.audit.writes()? else {
                return Ok(Some(Vec::new()));
            };
            let statuses: Vec<Write> = writes.into_iter().filter(Write::is_status).collect();
            let epochs: BTreeSet<i64> = statuses.iter().map(Write::epoch).collect();
            ensure!(epochs.len() == 4, "four epochs wrote, not {epochs:?}");
            Ok(Some(statuses))
        })
        .await?;
        let mut highest: BTreeMap<String, i64> = BTreeMap::new();
        for write in writes {
            let epoch = write.epoch();
            let highest = highest.entry(write.object()).or_default();
            ensure!(
                epoch >= *highest,
                "{} went back from epoch {highest} to {epoch}",
                write.object()
            );
            *highest = epoch;
        }
        self.audit.asked_for_nothing_in_vain()
    }

    /// Somebody writes a later epoch into a status, which nobody has held the Lease in: it is overwritten.
    async fn epoch_is_planted(&self) -> anyhow::Result<()> {
        let lease = Lease::read(&self.scene.client).await?;
        let client = &self.scene.client;
        let written = [
            (
                Api::<DynamicObject>::all_with(
                    client.clone(),
                    &ApiResource::erase::<ComplianceReport>(&()),
                ),
                "pci-02-authorization",
            ),
            (
                Api::namespaced_with(
                    client.clone(),
                    NAMESPACE,
                    &ApiResource::erase::<ComplianceFindings>(&()),
                ),
                "pci",
            ),
        ];
        let planted = Patch::Merge(json!({"status": {"epoch": 2_000_000_000}}));
        for (api, name) in &written {
            api.patch_status(name, &PatchParams::default(), &planted)
                .await?;
        }
        self.grant("after-planting").await?;
        for (api, name) in &written {
            eventually("the planted epoch is overwritten", async || {
                let live = api.get(name).await?;
                let epoch = live.data.pointer("/status/epoch").and_then(Value::as_i64);
                Ok((epoch == Some(lease.epoch)).then_some(()))
            })
            .await?;
        }
        ensure!(
            Lease::read(&self.scene.client).await? == lease,
            "nobody was to take the Lease over"
        );
        Ok(())
    }

    /// Gives cluster-admin away, and waits until that is found.
    async fn grant(&self, name: &str) -> anyhow::Result<()> {
        self.author.apply(&binding(name)).await?;
        if Lease::read(&self.scene.client).await.is_ok() {
            self.scene
                .finding(NAMESPACE, "cluster-admin-binding", name, true)
                .await?;
        }
        Ok(())
    }

    /// Starts one more, past its first pass.
    async fn standby(&self, name: &str) -> anyhow::Result<Operator> {
        let operator = self.scene.operator(name)?;
        operator.ready().await?;
        ensure!(
            operator.metric("assay_leader").await? < 1.0,
            "{name} was to stand by while another leads"
        );
        Ok(operator)
    }

    /// Waits until an operator holds the Lease and everything that stands carries its epoch.
    async fn leads(&self, operator: &Operator, name: &str) -> anyhow::Result<i64> {
        operator.ready().await?;
        let lease = Lease::held_by(&self.scene.client, name).await?;
        eventually(&format!("{name} has written everything"), async || {
            let reports = self.scene.reports().await?;
            let mut epochs = reports
                .iter()
                .map(|report| report.status.as_ref().map(|status| status.epoch));
            let profile = self.scene.profile("pci").await?.status;
            let all = reports.len() == 16
                && epochs.all(|epoch| epoch == Some(lease.epoch))
                && profile.is_some_and(|status| status.epoch == lease.epoch);
            Ok(all.then_some(lease.epoch))
        })
        .await
    }
}

/// Open findings of 2.1 with severity High, where each grant counts.
const HIGH: &str = r#"assay_findings{profile="pci",section="02",severity="High"}"#;

fn binding(name: &str) -> Value {
    json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "somebody"}]})
}
