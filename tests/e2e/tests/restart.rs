//! Whatever dies and comes back, what Assay says stays as it was, and follows what changes afterwards.
//!
//! One cluster and one story, since each part disturbs whatever else is going on.

use anyhow::{Context as _, ensure};
use assay_cluster::{ControlPlane, Options};
use assay_e2e::{
    Account, Audit, Author, Lease, Operator, Scene, Write, eventually, next_second, skip,
};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

const NAMESPACE: &str = "restart";
/// The request of a certificate that is issued.
const LOGIN: &str = "restart-jane";

struct Story {
    scene: Scene,
    audit: Audit,
    author: Author,
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_outlives_whoever_says_it() -> anyhow::Result<()> {
    let (audit, options) = Audit::keep(Options::default().nodes(0))?;
    let scene = Scene::set(options).await?;
    let author = Author(scene.client.clone());
    author.namespace(NAMESPACE).await?;
    let story = Story {
        scene,
        audit,
        author,
    };
    story.author.apply(&grant("early")).await?;
    story.author.apply(&privileged("early")).await?;
    let operator = story.scene.operator("one")?;
    operator.ready().await?;
    story.settled(&operator).await?;
    story.author.apply(&grant("late")).await?;
    story.shows("late").await?;
    story.login_is_issued().await?;

    let operator = story.operator_is_killed(operator).await?;
    if story.scene.cluster.control_plane().is_some() {
        story.scene.remembers_login(LOGIN).await?;
    }
    let operator = story
        .operator_is_killed_while_things_change(operator)
        .await?;
    let operator = story.operator_is_stopped(operator).await?;
    let operator = story
        .operator_is_stopped_before_it_has_looked(operator)
        .await?;
    let Some(control_plane) = story.scene.cluster.control_plane() else {
        skip(
            "the API server or etcd dies and comes back",
            "needs a control plane that may be killed",
        );
        return Ok(());
    };
    for server in ["kube-apiserver", "etcd"] {
        let killed = story.server_is_killed(control_plane, server, &operator);
        killed.await?;
    }
    Ok(())
}

impl Story {
    /// A certificate is issued and its request is gone: what is said of it stands in no object of the cluster's.
    async fn login_is_issued(&self) -> anyhow::Result<()> {
        if self.scene.cluster.control_plane().is_none() {
            skip(
                "a certificate for somebody outlives its request and the operator",
                "nobody could take such a certificate back",
            );
            return Ok(());
        }
        self.scene.issue_login(LOGIN).await
    }

    /// Killed and restarted, it says the same, and nothing else in between.
    async fn operator_is_killed(&self, operator: Operator) -> anyhow::Result<Operator> {
        let before = Account::read(&self.scene.client).await?;
        ensure!(
            before.len() > 16 + 42,
            "an account of everything: {before:?}"
        );
        let from = Utc::now();
        next_second().await?;
        operator.kill()?;
        // The same name, as a container that is restarted in its pod has.
        let operator = self.scene.operator("one")?;
        self.settled(&operator).await?;
        self.same(&before, from).await.context("after SIGKILL")?;
        Ok(operator)
    }

    /// What comes while nobody looks has no known beginning; what goes is gone; what stays keeps its beginning.
    async fn operator_is_killed_while_things_change(
        &self,
        operator: Operator,
    ) -> anyhow::Result<Operator> {
        let before = Account::read(&self.scene.client).await?;
        next_second().await?;
        operator.kill()?;
        self.author.delete(&grant("early")).await?;
        self.author.apply(&grant("unseen")).await?;
        let operator = self.scene.operator("one")?;
        self.shows("unseen").await?;
        self.scene
            .finding(NAMESPACE, "cluster-admin-binding", "early", false)
            .await?;
        let changed =
            |of: &str| of.contains("RoleBinding unseen") || of.contains("RoleBinding early");
        let after = Account::read(&self.scene.client).await?;
        let unseen = after
            .clone()
            .only(|of| of.starts_with("cluster-admin-binding on RoleBinding unseen"));
        ensure!(
            unseen.len() == 1,
            "one finding on RoleBinding unseen, not {unseen:?}"
        );
        let differences = after
            .only(|of| !changed(of))
            .differences(&before.only(|of| !changed(of)));
        ensure!(
            differences.is_empty(),
            "only what changed was to change: {differences:#?}"
        );
        Ok(operator)
    }

    /// Told to end, it writes what it knows, gives the Lease up and ends well; the next takes over at once.
    async fn operator_is_stopped(&self, mut operator: Operator) -> anyhow::Result<Operator> {
        let names: Vec<String> = (0..12).map(|number| format!("last-{number:02}")).collect();
        // One by one, so that each is a write of its own: more than may be written at once.
        for name in &names {
            let known = operator.metric(HIGH).await?;
            self.author.apply(&grant(name)).await?;
            eventually(&format!("the operator knows of {name}"), async || {
                Ok((operator.metric(HIGH).await? > known).then_some(()))
            })
            .await?;
        }
        operator.signal("TERM")?;
        ensure!(
            operator.ended().await?,
            "SIGTERM was to end it with exit code 0"
        );
        let found = self.scene.findings(NAMESPACE).await?;
        for name in &names {
            ensure!(
                found
                    .iter()
                    .any(|finding| finding.body.resource.name == *name),
                "{name} was known before SIGTERM and was to be written"
            );
        }
        let lease = Lease::read(&self.scene.client).await?;
        ensure!(
            lease.holder.is_empty(),
            "the Lease was to be given up: {lease:?}"
        );

        next_second().await?;
        let before = Account::read(&self.scene.client).await?;
        let from = Utc::now();
        // Another name, as a new pod has.
        let operator = self.scene.operator("two")?;
        self.settled(&operator).await?;
        let next = Lease::held_by(&self.scene.client, "two").await?;
        ensure!(
            next.epoch > lease.epoch,
            "a new holder has a higher epoch: {next:?} after {lease:?}"
        );
        self.same(&before, from).await.context("after SIGTERM")?;
        Ok(operator)
    }

    /// Told to end in its first pass, when it knows nothing, it says nothing.
    async fn operator_is_stopped_before_it_has_looked(
        &self,
        mut operator: Operator,
    ) -> anyhow::Result<Operator> {
        let before = Account::read(&self.scene.client).await?;
        let from = Utc::now();
        operator.signal("TERM")?;
        ensure!(
            operator.ended().await?,
            "SIGTERM was to end it with exit code 0"
        );
        let mut hasty = self.scene.operator("hasty")?;
        Lease::held_by(&self.scene.client, "hasty").await?;
        hasty.signal("TERM")?;
        ensure!(
            hasty.ended().await?,
            "SIGTERM was to end it with exit code 0"
        );
        self.same(&before, from)
            .await
            .context("after a hasty end")?;
        let operator = self.scene.operator("three")?;
        self.settled(&operator).await?;
        self.same(&before, from)
            .await
            .context("after the next start")?;
        Ok(operator)
    }

    /// A server that dies and comes back changes no verdict, and what changes afterwards is seen.
    async fn server_is_killed(
        &self,
        control_plane: &ControlPlane,
        server: &str,
        operator: &Operator,
    ) -> anyhow::Result<()> {
        let before = Account::read(&self.scene.client).await?;
        let from = Utc::now();
        control_plane.tell(&format!("kill {server}")).await?;
        control_plane.tell(&format!("start {server}")).await?;
        let name = format!("after-{server}");
        eventually("the author can write again", async || {
            Ok(Some(self.author.apply(&grant(&name)).await?))
        })
        .await?;
        self.shows(&name).await?;
        self.others_are_seen(operator, server).await?;
        let new = |of: &str| of.contains(&name) || of.contains("marker");
        let after = Account::read(&self.scene.client).await?.only(|of| !new(of));
        let differences = after.differences(&before);
        ensure!(
            differences.is_empty(),
            "{server} was killed and restarted, and nothing else changed: {differences:#?}"
        );
        self.only_repeats(&before, from).with_context(|| {
            let log = operator.log_tail();
            format!("after {server} was killed and restarted; the operator logged last:\n{log}")
        })
    }

    /// Waits until the operator sees pods come and go as well, and asks it whether it misses any kind.
    async fn others_are_seen(&self, operator: &Operator, server: &str) -> anyhow::Result<()> {
        let marker = format!("marker-{server}");
        // Like the one that is there already, it changes no verdict.
        let pod = privileged(&marker);
        self.author.apply(&pod).await?;
        self.scene
            .finding(NAMESPACE, "privileged-container", &marker, true)
            .await?;
        self.author.delete(&pod).await?;
        self.scene
            .finding(NAMESPACE, "privileged-container", &marker, false)
            .await?;
        let metrics = operator.get("/metrics").await?;
        let blind: Vec<&str> = metrics
            .lines()
            .filter(|line| line.starts_with("assay_kind_blind{") && !line.ends_with(" 0"))
            .collect();
        ensure!(blind.is_empty(), "every kind was to be seen: {blind:?}");
        Ok(())
    }

    async fn shows(&self, name: &str) -> anyhow::Result<()> {
        self.scene
            .finding(NAMESPACE, "cluster-admin-binding", name, true)
            .await?;
        Ok(())
    }

    /// Waits until an operator leads and has written everything once.
    async fn settled(&self, operator: &Operator) -> anyhow::Result<()> {
        operator.ready().await?;
        eventually("the operator has written all reports", async || {
            let epoch = Lease::read(&self.scene.client).await?.epoch;
            let leads = operator.metric("assay_leader").await? > 0.0;
            let writes = operator.metric("assay_writes_total").await?;
            let reports = self.scene.reports().await?;
            let current = reports.iter().filter(|report| {
                report
                    .status
                    .as_ref()
                    .is_some_and(|status| status.epoch == epoch)
            });
            Ok((leads && writes >= 17.0 && current.count() == 16).then_some(()))
        })
        .await
    }

    /// Whether everything is said as before, and nothing else was said since an instant.
    async fn same(&self, before: &Account, from: DateTime<Utc>) -> anyhow::Result<()> {
        let differences = Account::read(&self.scene.client).await?.differences(before);
        ensure!(
            differences.is_empty(),
            "nothing was to change: {differences:#?}"
        );
        self.only_repeats(before, from)
    }

    /// Whether each report and profile written since an instant says what was said before.
    fn only_repeats(&self, before: &Account, from: DateTime<Utc>) -> anyhow::Result<()> {
        let Some(writes) = self.audit.since(from)? else {
            return Ok(());
        };
        for write in writes.iter().filter(|write| write.is_status()) {
            let said = said(write);
            let differences = said.beyond(before);
            ensure!(
                differences.is_empty(),
                "{} was written to say otherwise in between: {differences:#?}",
                write.object()
            );
        }
        Ok(())
    }
}

/// Open findings of 2.1 with severity High, where [`grant`] counts.
const HIGH: &str = r#"assay_findings{profile="pci",section="02",severity="High"}"#;

fn said(write: &Write) -> Account {
    match write.resource.as_str() {
        "compliancereports" => Account::of_report(&write.name, &write.status),
        "complianceprofiles" => Account::of_profile(&write.name, &write.status),
        _ => Account::default(),
    }
}

fn grant(name: &str) -> Value {
    json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "somebody"}]})
}

fn privileged(name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": {"containers": [{"name": "main", "image": "registry.example.com/app:1",
            "securityContext": {"privileged": true}}]}})
}
