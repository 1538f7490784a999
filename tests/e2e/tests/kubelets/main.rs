//! Kubelets as they are found: each setting that lets somebody in, one whose certificate nobody vouches for, one that hangs
//! and one that is gone.
//!
//! One cluster and one story, since each part moves kubelets or the operator.

use std::collections::BTreeSet;

use anyhow::{Context as _, ensure};
use assay_api::{ControlResult, Coverage, FindingState};
use assay_cluster::Options;
use assay_e2e::{
    Audit, Author, Lease, OPERATOR_NAMESPACE, Operator, Scene, eventually, skips_on_named,
};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use k8s_openapi::api::core::v1::Node;
use kube::Api;
use kube::api::{Patch, PatchParams};
use serde_json::{Value, json};

const REPORT: &str = "pci-01-authentication";

/// What is wrong with each kubelet, beside what `kubelet-serving-bootstrap` says of all that tell their configuration.
const WRONG: [(&str, &str); 14] = [
    ("kubelet-anonymous", "node-0"),
    ("kubelet-authorization", "node-0"),
    ("kubelet-client-authority", "node-0"),
    ("kubelet-webhook-authentication", "node-0"),
    ("kubelet-certificate-rotation", "node-1"),
    ("kubelet-cipher-suites", "node-1"),
    ("kubelet-old-tls", "node-1"),
    ("kubelet-plaintext-port", "node-1"),
    ("kubelet-read-only-port", "node-1"),
    ("kubelet-tls-version", "node-1"),
    ("kubelet-certificate-untrusted", "node-2"),
    ("kubelet-serving-bootstrap", "node-0"),
    ("kubelet-serving-bootstrap", "node-1"),
    ("kubelet-serving-bootstrap", "node-3"),
];

/// What a stranger gets.
const OPEN: [(&str, &str); 6] = [
    ("kubelet-open-to-strangers", "node-0"),
    ("kubelet-read-only-port-open", "node-1"),
    // Whoever listens at every address of this machine listens at that of each node.
    ("kubelet-local-port-open", "node-0"),
    ("kubelet-local-port-open", "node-1"),
    ("kubelet-local-port-open", "node-2"),
    ("kubelet-local-port-open", "node-3"),
];

type Findings = BTreeSet<(String, String)>;

struct Story {
    scene: Scene,
    audit: Audit,
    author: Author,
}

#[tokio::test(flavor = "multi_thread")]
async fn kubelets_are_judged_by_what_they_have_in_force() -> anyhow::Result<()> {
    if skips_on_named(
        "kubelets of every making",
        "needs kubelets that may be set up and stopped",
    ) {
        return Ok(());
    }
    let (audit, options) = Audit::keep(kubelets())?;
    let scene = Scene::set(options).await?;
    let story = Story {
        author: Author(scene.client.clone()),
        scene,
        audit,
    };
    story.third_signs_for_itself().await?;
    story.nodes_have_long_been_ready().await?;
    story.author.apply(&profile(&json!({}))).await?;
    let first = story.scene.operator("first")?;
    first.ready().await?;

    story
        .finds(&WRONG)
        .await
        .context("without asking as a stranger")?;
    story.is_covered(3).await?;
    let asking = json!({"kubeletProbe": true});
    story.author.apply(&profile(&asking)).await?;
    story
        .finds(&[&WRONG[..], &OPEN[..]].concat())
        .await
        .context("asking as a stranger")?;
    story.author.apply(&profile(&json!({}))).await?;
    story
        .finds(&WRONG)
        .await
        .context("no longer asking as a stranger")?;

    let second = story.fails_over(first).await?;
    story.silence_is_told().await?;
    drop(second);
    Ok(())
}

/// The first lets everybody do everything, the second has two ports for strangers and weak TLS and renews nothing, the third
/// signed its own certificate, the last is as it should be.
fn kubelets() -> Options {
    [
        "0:authentication.anonymous.enabled=true",
        "0:authentication.webhook.enabled=false",
        "0:authentication.x509.clientCAFile=''",
        "0:authorization.mode=AlwaysAllow",
        "1:healthzBindAddress=0.0.0.0",
        "1:healthzPort=10248",
        "1:readOnlyPort=10255",
        "1:tlsMinVersion=VersionTLS10",
        "1:tlsCipherSuites=[TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA]",
        "1:rotateCertificates=false",
        "2:tlsCertFile=''",
        "2:tlsPrivateKeyFile=''",
    ]
    .into_iter()
    .fold(Options::default().nodes(4), Options::kubelet_config)
}

fn profile(parameters: &Value) -> Value {
    json!({"apiVersion": "compliance.assay.dev/v1alpha1", "kind": "ComplianceProfile", "metadata": {"name": "pci"},
        "spec": {"parameters": parameters}})
}

impl Story {
    /// A kubelet that is told of no certificate and finds none where it keeps them makes one.
    async fn third_signs_for_itself(&self) -> anyhow::Result<()> {
        let cluster = self.scene.control_plane()?;
        cluster.tell("kill kubelet/2").await?;
        let kept = cluster.report.dir.join("node-2/pki");
        for file in ["kubelet.crt", "kubelet.key"] {
            std::fs::remove_file(kept.join(file))?;
        }
        cluster.tell("start kubelet/2").await
    }

    /// Of a node that has just become Ready nothing is expected yet. A kubelet keeps the time that it finds in its status.
    async fn nodes_have_long_been_ready(&self) -> anyhow::Result<()> {
        let since = Utc::now() - TimeDelta::hours(1);
        let since = since.to_rfc3339_opts(SecondsFormat::Secs, true);
        let api: Api<Node> = Api::all(self.scene.client.clone());
        for kubelet in &self.scene.control_plane()?.report.kubelets {
            let patch = json!({"status": {"conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": since}]}});
            api.patch_status(
                &kubelet.name,
                &PatchParams::default(),
                &Patch::Strategic(patch),
            )
            .await?;
        }
        Ok(())
    }

    /// Waits until these and no other findings on kubelets are open.
    async fn finds(&self, wanted: &[(&str, &str)]) -> anyhow::Result<()> {
        let wanted: Findings = wanted
            .iter()
            .map(|(check, node)| ((*check).to_owned(), (*node).to_owned()))
            .collect();
        let mut last = Findings::new();
        let done = eventually("what is wrong with kubelets is found", async || {
            last = self.found(FindingState::Open).await?;
            Ok((last == wanted).then_some(()))
        })
        .await;
        let missing: Vec<_> = wanted.difference(&last).collect();
        let added: Vec<_> = last.difference(&wanted).collect();
        done.with_context(|| format!("not found: {missing:?}; found besides: {added:?}"))
    }

    async fn found(&self, state: FindingState) -> anyhow::Result<Findings> {
        let findings = self.scene.findings(OPERATOR_NAMESPACE).await?;
        let of_kubelets = findings
            .into_iter()
            .filter(|finding| finding.check.starts_with("kubelet-") && finding.body.state == state);
        Ok(of_kubelets
            .map(|finding| (finding.check, finding.body.resource.name))
            .collect())
    }

    async fn control(&self) -> anyhow::Result<ControlResult> {
        let status = self.scene.report(REPORT).await?.status;
        let mut controls = status.into_iter().flat_map(|status| status.controls);
        let control = controls.find(|control| control.id == "1.1");
        control.context("the report has no control 1.1")
    }

    /// Waits until the report says of how many of the four nodes there is evidence.
    async fn is_covered(&self, collected: u32) -> anyhow::Result<()> {
        let wanted = Coverage {
            expected: 4,
            collected,
        };
        eventually(&format!("coverage of 1.1 is {collected}/4"), async || {
            let evidence = self.control().await?.evidence;
            let coverage = evidence.and_then(|evidence| evidence.coverage);
            Ok((coverage.as_ref() == Some(&wanted)).then_some(()))
        })
        .await
    }

    async fn since(&self, check: &str, node: &str) -> anyhow::Result<DateTime<Utc>> {
        let found = self
            .scene
            .finding(OPERATOR_NAMESPACE, check, node, true)
            .await?;
        Ok(found.context("no finding")?.body.since)
    }

    /// The one who stands by has asked kubelets as well, so that nothing is unknown when it takes over.
    async fn fails_over(&self, mut first: Operator) -> anyhow::Result<Operator> {
        let second = self.scene.operator("second")?;
        second.ready().await?;
        let before = eventually("the report says that no stranger asks", async || {
            let counts = counts(&serde_json::to_value(self.control().await?)?);
            let quiet = counts
                .iter()
                .any(|line| line == "kubelet-open-to-strangers 0 0 0");
            Ok(quiet.then_some(counts))
        })
        .await?;
        let from = Utc::now();
        // It gives its Lease back; that one who cannot is followed as well is another suite's.
        first.signal("TERM")?;
        ensure!(first.ended().await?, "SIGTERM was to end it well");
        let lease = Lease::held_by(&self.scene.client, "second").await?;
        let writes = eventually("second has written section 1", async || {
            let Some(mut writes) = self.audit.since(from)? else {
                let status = self.scene.report(REPORT).await?.status;
                let is_there = status.is_some_and(|status| status.epoch == lease.epoch);
                return Ok(is_there.then(Vec::new));
            };
            writes.retain(|write| write.name == REPORT && write.is_status());
            let is_logged = writes.iter().any(|write| write.epoch() == lease.epoch);
            Ok(is_logged.then_some(writes))
        })
        .await?;
        for write in writes {
            let controls = write.status.get("controls").and_then(Value::as_array);
            let controls = controls.into_iter().flatten();
            for control in controls.filter(|control| control["id"] == "1.1") {
                let now = counts(control);
                ensure!(
                    now == before,
                    "1.1 was to be judged as before the failover: {before:?}, not {now:?}"
                );
            }
        }
        Ok(second)
    }

    /// What a kubelet said last stands until it is too old; then what rests on it is unknown, and comes back as it was.
    async fn silence_is_told(&self) -> anyhow::Result<()> {
        // Nobody shall notice that nodes are not well: one that is Ready and says nothing is the case that matters.
        self.scene
            .control_plane()?
            .tell("kill kube-controller-manager")
            .await?;
        let young = json!({"maxEvidenceAge": "1m"});
        self.author.apply(&profile(&young)).await?;
        self.finds(&WRONG).await.context("with young evidence")?;
        self.is_covered(3).await?;
        let beginning = self.since("kubelet-anonymous", "node-0").await?;

        self.scene.control_plane()?.tell("pause kubelet/0").await?;
        self.scene.control_plane()?.tell("kill kubelet/1").await?;
        ensure!(
            self.found(FindingState::Unverified).await?.is_empty(),
            "what was said last was to stand for a while"
        );
        self.is_covered(1)
            .await
            .context("one kubelet hangs and one is gone")?;
        eventually("what rests on old evidence is unverified", async || {
            let unverified = self.found(FindingState::Unverified).await?;
            let is =
                |check: &str, node: &str| unverified.contains(&(check.to_owned(), node.to_owned()));
            Ok(
                (is("kubelet-anonymous", "node-0") && is("kubelet-read-only-port", "node-1"))
                    .then_some(()),
            )
        })
        .await?;
        let control = self.control().await?;
        let check = control
            .checks
            .iter()
            .find(|check| check.id == "kubelet-anonymous");
        let check = check.context("no kubelet-anonymous")?;
        ensure!(
            (check.unknown, check.passed) == (3, 1),
            "of three kubelets nothing was to be known: {check:?}"
        );

        self.scene.control_plane()?.tell("resume kubelet/0").await?;
        self.scene.control_plane()?.tell("start kubelet/1").await?;
        self.finds(&WRONG).await.context("after both came back")?;
        self.is_covered(3).await?;
        let since = self.since("kubelet-anonymous", "node-0").await?;
        ensure!(
            since == beginning,
            "the finding began {beginning}, and now says {since}"
        );
        Ok(())
    }
}

/// What each check of a control counts.
fn counts(control: &Value) -> Vec<String> {
    let checks = control["checks"].as_array().into_iter().flatten();
    checks
        .map(|check| {
            let [failed, unknown, passed] =
                ["failed", "unknown", "passed"].map(|count| check[count].as_u64().unwrap_or(0));
            let id = check["id"].as_str().unwrap_or_default();
            format!("{id} {failed} {unknown} {passed}")
        })
        .collect()
}
