//! Secrets are asked for where a profile wants it and somebody allows it, and then for their names alone.
//!
//! One cluster and one story, since the profile and the right are the cluster's.

use anyhow::{Context as _, ensure};
use assay_api::{CheckResult, CheckStatus, ComplianceReport};
use assay_cluster::Options;
use assay_e2e::{Audit, Author, Scene, eventually, manifests};
use serde_json::{Value, json};

const REPORT: &str = "pci-01-authentication";
const CHECK: &str = "secret-token";
const ROLE: &str = "assay-operator-secret-types";
/// What is in the Secrets, and nowhere else.
const CONTENT: &str = "bm90LWZvci1hc3NheQ==";

struct Story {
    scene: Scene,
    audit: Audit,
    author: Author,
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_listed_by_name_where_that_is_wanted_and_allowed() -> anyhow::Result<()> {
    let (audit, options) = Audit::keep(Options::default().nodes(0))?;
    let scene = Scene::set(options).await?;
    let author = Author(scene.client.clone());
    let story = Story {
        scene,
        audit,
        author,
    };
    for namespace in ["argocd", "quiet", "shop"] {
        story.author.namespace(namespace).await?;
    }
    story.author.apply(&account()).await?;
    for manifest in [
        token(),
        login("shop", "login"),
        login("argocd", "argocd-initial-admin-secret"),
    ] {
        story.author.apply(&manifest).await?;
    }
    story.author.apply(&profile(false)).await?;
    let operator = story.scene.operator("listing")?;
    operator.ready().await?;

    // As installed.
    story
        .unknown("DisabledByProfile", "spec.parameters.secretTypes")
        .await?;
    ensure!(
        story
            .audit
            .asked_of("secrets")?
            .is_none_or(|asked| asked.is_empty()),
        "nobody wanted Secrets to be listed"
    );

    // Wanted, and not allowed.
    story.author.apply(&profile(true)).await?;
    story.unknown("Forbidden", ROLE).await?;

    // Allowed too.
    for manifest in manifests::secret_types()? {
        story.author.apply(&manifest).await?;
    }
    let found = story.scene.finding("shop", CHECK, "shop", true).await?;
    let message = found.context("a finding")?.body.message;
    ensure!(message.contains("secrets[ci-token].type"), "{message}");
    story
        .scene
        .finding("argocd", "first-password-secret", "argocd", true)
        .await?;
    story.scene.finding("quiet", CHECK, "quiet", false).await?;

    // It is deleted.
    story.author.delete(&token()).await?;
    story.scene.finding("shop", CHECK, "shop", false).await?;
    story.becomes(CheckStatus::Pass).await?;

    // Not wanted any more.
    story.author.apply(&profile(false)).await?;
    story
        .unknown("DisabledByProfile", "spec.parameters.secretTypes")
        .await?;
    let log = operator.log()?;
    ensure!(!log.contains(CONTENT), "the log holds what is in a Secret");
    story.only_names_were_asked_for()
}

impl Story {
    /// The API server's own word for it: what it was asked, and what it sent.
    fn only_names_were_asked_for(&self) -> anyhow::Result<()> {
        let Some(asked) = self.audit.asked_of("secrets")? else {
            return Ok(());
        };
        let answered = asked.iter().filter(|asked| asked.code == 200).count();
        ensure!(answered > 5, "Secrets were to be listed: {asked:?}");
        for asked in asked {
            let (path, query) = asked.uri.split_once('?').unwrap_or((&asked.uri, ""));
            ensure!(
                asked.verb == "list"
                    && path.ends_with("/secrets")
                    && query.split('&').any(|part| part == "includeObject=None")
                    && query.contains("fieldSelector=")
                    && !query.contains("watch"),
                "it asked for more than names: {} {}",
                asked.verb,
                asked.uri
            );
            if asked.code != 200 {
                continue;
            }
            let answer = asked.answer.to_string();
            ensure!(!answer.contains(CONTENT), "{answer}");
            let kind = asked.answer.get("kind").and_then(Value::as_str);
            let rows = asked.answer.get("rows").and_then(Value::as_array);
            let bare = |row: &Value| row.get("object").is_none_or(Value::is_null);
            ensure!(
                kind == Some("Table") && rows.is_none_or(|rows| rows.iter().all(bare)),
                "it was sent more than names: {answer}"
            );
        }
        Ok(())
    }

    async fn unknown(&self, reason: &str, said: &str) -> anyhow::Result<()> {
        let check = eventually(&format!("{CHECK} is unknown, being {reason}"), async || {
            let check = self.check().await?;
            Ok((check.reason.as_deref() == Some(reason)).then_some(check))
        })
        .await?;
        let message = check.message.unwrap_or_default();
        ensure!(message.contains(said), "it was to name {said}: {message}");
        Ok(())
    }

    async fn becomes(&self, status: CheckStatus) -> anyhow::Result<CheckResult> {
        eventually(&format!("{CHECK} is {status:?}"), async || {
            let check = self.check().await?;
            Ok((check.status == status).then_some(check))
        })
        .await
    }

    async fn check(&self) -> anyhow::Result<CheckResult> {
        let report: ComplianceReport = self.scene.report(REPORT).await?;
        let status = report.status.context("no status")?;
        let mut checks = status
            .controls
            .into_iter()
            .flat_map(|control| control.checks);
        let check = checks.find(|check| check.id == CHECK);
        check.with_context(|| format!("{CHECK} is in no report"))
    }
}

/// Sources are asked the more often, the younger evidence has to be.
fn profile(wanted: bool) -> Value {
    json!({"apiVersion": "compliance.assay.dev/v1alpha1", "kind": "ComplianceProfile", "metadata": {"name": "pci"},
        "spec": {"parameters": {"maxEvidenceAge": "1m", "secretTypes": wanted}}})
}

fn account() -> Value {
    json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "ci", "namespace": "shop"}})
}

fn token() -> Value {
    json!({"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/service-account-token",
        "metadata": {"name": "ci-token", "namespace": "shop", "annotations": {"kubernetes.io/service-account.name": "ci"}},
        "data": {"extra": CONTENT}})
}

fn login(namespace: &str, name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": namespace},
        "data": {"password": CONTENT}})
}
