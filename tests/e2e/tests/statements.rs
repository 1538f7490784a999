//! What people state counts from when to when they say, and lifts what waits for it and nothing else.
//!
//! One cluster and one story, since statements are the cluster's.

#![allow(
    clippy::indexing_slicing,
    reason = "helpers of tests, which clippy does not take for tests"
)]

use anyhow::{Context as _, ensure};
use assay_api::{
    ComplianceReport, ControlResult, Entitlements, Finding, StatementLine, StatementState, Verdict,
};
use assay_cluster::Options;
use assay_e2e::{Audit, Author, OPERATOR_NAMESPACE, Scene, eventually};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

const NAMESPACE: &str = "statements";
const REPORT: &str = "pci-02-authorization";
const REVIEW: &str = "entitlement-review";
const OUTSIDE: &str = "rights-outside-the-cluster";

struct Story {
    scene: Scene,
    author: Author,
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_state_counts_while_they_say_it_does() -> anyhow::Result<()> {
    let (audit, options) = Audit::keep(Options::default().nodes(0))?;
    let scene = Scene::set(options).await?;
    let author = Author(scene.client.clone());
    author.namespace(NAMESPACE).await?;
    let story = Story { scene, author };
    story.author.apply(&grant("readers", "eve")).await?;
    let operator = story.scene.operator("listening")?;
    operator.ready().await?;
    story.refuses_what_is_no_statement().await?;

    let waiting = story.control(Verdict::NeedsEvidence).await?;
    ensure!(
        waiting.reason.as_deref() == Some("NoStatement")
            && waiting.message.as_deref()
                == Some("needs a statement on entitlement-review, rights-outside-the-cluster"),
        "the control was to say what it waits for: {waiting:?}"
    );
    let reviewed = story.entitlements().await?;
    ensure!(
        reviewed
            .identities
            .iter()
            .any(|line| line.ends_with(" User eve")),
        "eve was to be among those who are granted something: {reviewed:?}"
    );

    // Both parts are stated.
    let ended = Utc::now() + TimeDelta::days(30);
    story
        .author
        .apply(&statement("cloud", OUTSIDE, ended, &reviewed))
        .await?;
    let review = statement("review", REVIEW, ended, &reviewed);
    story.author.apply(&review).await?;
    let met = story.control(Verdict::Met).await?;
    ensure!(
        met.reason.as_deref() == Some("Stated"),
        "the control was to say who vouches for it: {met:?}"
    );
    story.stands("review", StatementState::Active).await?;

    story.rights_change().await?;

    // It ends by time alone.
    let soon = Utc::now() + TimeDelta::seconds(2);
    story
        .author
        .apply(&statement("review", REVIEW, soon, &reviewed))
        .await?;
    let over = story.control(Verdict::NeedsEvidence).await?;
    ensure!(
        over.since.timestamp() >= soon.timestamp(),
        "it was to count until {soon}: {over:?}"
    );
    story.stands("review", StatementState::Expired).await?;

    // It is stated anew, and then withdrawn.
    story
        .author
        .apply(&statement("again", REVIEW, ended, &reviewed))
        .await?;
    story.control(Verdict::Met).await?;
    story
        .author
        .delete(&statement("again", REVIEW, ended, &reviewed))
        .await?;
    story.control(Verdict::NeedsEvidence).await?;

    eventually("the log tells how 2.3 became what it is", async || {
        let Some(writes) = audit.writes()? else {
            return Ok(Some(()));
        };
        let mut said: Vec<String> = writes
            .iter()
            .filter(|write| write.is_status() && write.name == REPORT)
            .filter_map(|write| verdict(&write.status))
            .collect();
        said.dedup();
        let expected = [
            "NeedsEvidence",
            "Met",
            "NeedsEvidence",
            "Met",
            "NeedsEvidence",
        ];
        ensure!(
            said == expected,
            "2.3 was to become {expected:?} in turn, not {said:?}"
        );
        Ok(Some(()))
    })
    .await
}

impl Story {
    async fn refuses_what_is_no_statement(&self) -> anyhow::Result<()> {
        let ended = Utc::now() + TimeDelta::days(1);
        let good = statement("bad", REVIEW, ended, &Entitlements::default());
        for (at, value, said) in [
            ("control", json!("17.1"), "spec.control"),
            ("evidence", json!([]), "spec.evidence"),
            (
                "validUntil",
                json!("2020-01-01T00:00:00Z"),
                "validUntil must be after statedAt",
            ),
            ("reviewed", Value::Null, "needs reviewed"),
        ] {
            let mut bad = good.clone();
            bad["spec"]["reviewed"]["hash"] = json!("00");
            bad["spec"][at] = value;
            if bad["spec"][at].is_null() {
                bad["spec"].as_object_mut().context("a spec")?.remove(at);
            }
            let refused = self.author.apply(&bad).await;
            let error = refused.err().map(|error| format!("{error:#}"));
            ensure!(
                error.as_ref().is_some_and(|error| error.contains(said)),
                "{at} was to be refused with {said:?}: {error:?}"
            );
        }
        // What the API server cannot know is told by the operator.
        let mut unknown = statement("unknown", "some-part", ended, &Entitlements::default());
        unknown["spec"]["reviewed"]["hash"] = json!("00");
        self.author.apply(&unknown).await?;
        let line = self.stands("unknown", StatementState::Inert).await?;
        ensure!(
            line.message
                .as_ref()
                .is_some_and(|message| message.contains("is no part of 2.3")),
            "the status was to say why: {line:?}"
        );
        self.author.delete(&unknown).await
    }

    /// Rights that change are told, and by whom; made anew under another name they are the same.
    async fn rights_change(&self) -> anyhow::Result<()> {
        self.author.apply(&grant("writers", "mallory")).await?;
        let found = self.changed(true).await?.context("a finding")?;
        ensure!(
            found
                .body
                .message
                .contains("granted rights since: User mallory"),
            "the finding was to name mallory: {found:?}"
        );
        self.author.delete(&grant("writers", "mallory")).await?;
        self.changed(false).await?;

        self.author.delete(&grant("readers", "eve")).await?;
        let found = self.changed(true).await?.context("a finding")?;
        ensure!(
            found.body.message.contains("without rights now: User eve"),
            "the finding was to name eve: {found:?}"
        );
        self.author.apply(&grant("made-anew", "eve")).await?;
        self.changed(false).await?;
        Ok(())
    }

    async fn changed(&self, wanted: bool) -> anyhow::Result<Option<Finding>> {
        let check = "entitlements-changed";
        self.scene
            .finding(OPERATOR_NAMESPACE, check, "", wanted)
            .await
    }

    async fn control(&self, wanted: Verdict) -> anyhow::Result<ControlResult> {
        eventually(&format!("2.3 is {wanted:?}"), async || {
            let report: ComplianceReport = self.scene.report(REPORT).await?;
            let controls = report.status.map(|status| status.controls);
            let mut controls = controls.into_iter().flatten();
            Ok(controls.find(|control| control.id == "2.3" && control.verdict == wanted))
        })
        .await
    }

    async fn entitlements(&self) -> anyhow::Result<Entitlements> {
        eventually("the profile shows what is granted", async || {
            let status = self.scene.profile("pci").await?.status;
            Ok(status.and_then(|status| status.entitlements))
        })
        .await
    }

    async fn stands(&self, name: &str, state: StatementState) -> anyhow::Result<StatementLine> {
        eventually(&format!("statement {name} is {state:?}"), async || {
            let status = self.scene.profile("pci").await?.status;
            let lines = status.map(|status| status.statements);
            let mut lines = lines.into_iter().flatten();
            Ok(lines.find(|line| line.name == name && line.state == state))
        })
        .await
    }
}

/// The verdict on 2.3 in the status of a report.
fn verdict(status: &Value) -> Option<String> {
    let mut controls = status.get("controls")?.as_array()?.iter();
    let control = controls.find(|control| control["id"] == "2.3")?;
    Some(control["verdict"].as_str()?.to_owned())
}

fn grant(name: &str, user: &str) -> Value {
    json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": user}]})
}

fn statement(name: &str, part: &str, until: DateTime<Utc>, reviewed: &Entitlements) -> Value {
    let written = |time: DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::Secs, true);
    json!({"apiVersion": "compliance.assay.dev/v1alpha1", "kind": "ComplianceStatement",
    "metadata": {"name": name},
    "spec": {
        "control": "2.3",
        "part": part,
        "statement": "What is granted was compared with what is needed.",
        "evidence": [{"url": "https://records.example.com/review"}],
        "statedBy": "Jane Doe",
        "role": "Head of platform engineering",
        "statedAt": written(Utc::now() - TimeDelta::hours(1)),
        "validUntil": written(until),
        "reviewed": reviewed,
    }})
}
