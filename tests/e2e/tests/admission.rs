//! What admission refuses, shown by trying: each engine that refuses, what only looks like one, and that nothing is ever made.
//!
//! One cluster and one story, since what a namespace's labels decide is followed as they change.

use std::collections::BTreeSet;

use anyhow::{Context as _, ensure};
use assay_api::{CheckResult, FindingState};
use assay_cluster::Options;
use assay_e2e::{Audit, Author, Operator, Scene, eventually, manifests};
use k8s_openapi::api::core::v1::Pod;
use kube::api::{ListParams, PostParams};
use kube::{Api, ResourceExt};
use serde_json::{Value, json};

const ACCOUNT: &str = "assay-admission-probe";
const HOST_ACCESS: &str = "admission-takes-host-access";
const ROOT: &str = "admission-takes-root";
const NO_LIMIT: &str = "admission-takes-no-limit";
const LABEL_MISSING: &str = "pod-security-label-missing";
const ENFORCE: &str = "pod-security.kubernetes.io/enforce";

/// Namespaces in which pods are tried, by what is in them.
const OPEN: &str = "open";
const GUARDED: &str = "guarded";
const PARTLY: &str = "partly";
const WALLED: &str = "walled";
const LIMITED: &str = "limited";
/// Of these, nothing can be told.
const UNBOUND: &str = "unbound";
const FULL: &str = "full";
const DEAF: &str = "deaf";
const PICKY: &str = "picky";
const UNTOLD: [&str; 4] = [UNBOUND, FULL, DEAF, PICKY];

struct Story {
    scene: Scene,
    audit: Audit,
    author: Author,
}

#[tokio::test(flavor = "multi_thread")]
async fn what_admission_refuses_shows_by_trying() -> anyhow::Result<()> {
    let (audit, options) = Audit::keep(Options::default().nodes(0))?;
    let scene = Scene::set(options).await?;
    let story = Story {
        author: Author(scene.client.clone()),
        scene,
        audit,
    };
    story.furnish().await?;
    let operator = story.scene.operator("first")?;
    operator.ready().await?;
    let done = story.told(&operator).await;
    done.with_context(|| format!("the operator logged last:\n{}", operator.log_tail()))?;
    story.nothing_was_made().await?;
    story.the_account_can_make_nothing().await?;
    story.scene.end().await
}

impl Story {
    async fn furnish(&self) -> anyhow::Result<()> {
        for manifest in manifests::admission_probe()? {
            self.author.apply(&manifest).await?;
        }
        let all = [OPEN, GUARDED, PARTLY, WALLED, LIMITED];
        for namespace in all.into_iter().chain(UNTOLD) {
            self.author.namespace(namespace).await?;
            if namespace != UNBOUND {
                for manifest in manifests::admission_probe_in(namespace)? {
                    self.author.apply(&manifest).await?;
                }
            }
        }
        self.label(GUARDED, ENFORCE, Some("restricted")).await?;
        for manifest in guards() {
            self.author.apply(&manifest).await?;
        }
        // A policy and a webhook have to be known before they refuse, and the quota has to be counted.
        for (namespace, privileged, words) in [
            (PARTLY, true, "not here"),
            (WALLED, true, "not here"),
            (PICKY, false, "not here"),
            (FULL, false, "exceeded quota"),
            (DEAF, false, "deaf.example.com"),
        ] {
            self.is_refused(namespace, privileged, words).await?;
        }
        let names = [&all[..], &[UNBOUND, FULL, DEAF]].concat();
        let selector = json!({"matchLabels": {"kubernetes.io/metadata.name": PICKY}});
        self.author
            .apply(&json!({"apiVersion": "compliance.assay.dev/v1alpha1", "kind": "ComplianceProfile", "metadata": {"name": "pci"},
                "spec": {"parameters": {"admissionProbe": {"names": names, "selector": selector}}}}))
            .await?;
        Ok(())
    }

    /// Waits until a pod is refused in a namespace with these words: of other reasons there are some while it is new.
    async fn is_refused(
        &self,
        namespace: &str,
        privileged: bool,
        words: &str,
    ) -> anyhow::Result<()> {
        let pods: Api<Pod> = Api::namespaced(self.scene.client.clone(), namespace);
        let pod = serde_json::from_value(
            json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "by-hand"},
            "spec": {"containers": [{"name": "main", "image": "registry.example.com/a:1", "securityContext": {"privileged": privileged}}]}}),
        )?;
        let dry_run = PostParams {
            dry_run: true,
            ..PostParams::default()
        };
        eventually(&format!("a pod is refused in {namespace}"), async || {
            let Err(kube::Error::Api(refusal)) = pods.create(&dry_run, &pod).await else {
                return Ok(None);
            };
            ensure!(refusal.message.contains(words), "it is with {refusal:?}");
            Ok(Some(()))
        })
        .await
    }

    async fn told(&self, operator: &Operator) -> anyhow::Result<()> {
        self.finds(HOST_ACCESS, &[LIMITED, OPEN, PARTLY]).await?;
        self.finds(ROOT, &[LIMITED, OPEN, PARTLY, WALLED]).await?;
        self.finds(NO_LIMIT, &[GUARDED, OPEN, PARTLY, WALLED])
            .await?;
        let partly = self
            .scene
            .finding(PARTLY, HOST_ACCESS, PARTLY, true)
            .await?;
        let message = partly.context("no finding")?.body.message;
        ensure!(
            message.contains("hostPID") && !message.contains("privileged"),
            "the policy refuses privileged containers alone: {message}"
        );
        // Advice where no guard is known: neither where one is shown, nor where it is shown that there is none.
        let advised = self.found(LABEL_MISSING).await?;
        for namespace in [OPEN, GUARDED, PARTLY, WALLED, LIMITED] {
            ensure!(!advised.contains(namespace), "{namespace} needs no advice");
        }
        self.what_is_no_guard_is_not_taken_for_one().await?;

        // Long before the next round.
        self.label(OPEN, ENFORCE, Some("restricted")).await?;
        self.finds(HOST_ACCESS, &[LIMITED, PARTLY]).await?;
        self.finds(ROOT, &[LIMITED, PARTLY, WALLED]).await?;
        self.label(OPEN, ENFORCE, None).await?;
        self.finds(HOST_ACCESS, &[LIMITED, OPEN, PARTLY]).await?;
        self.label(GUARDED, ENFORCE, Some("privileged")).await?;
        self.finds(HOST_ACCESS, &[GUARDED, LIMITED, OPEN, PARTLY])
            .await?;
        let log = operator.log()?;
        ensure!(!log.contains("eyJ"), "a token was logged: {log}");
        self.audit.asked_for_nothing_in_vain()
    }

    /// A missing right, a quota, a webhook that is down, a policy that refuses everything.
    async fn what_is_no_guard_is_not_taken_for_one(&self) -> anyhow::Result<()> {
        let check = eventually(&format!("of {UNTOLD:?} nothing is told"), async || {
            let check = self.check(HOST_ACCESS).await?;
            Ok(((check.unknown, check.passed) == (4, 2)).then_some(check))
        })
        .await?;
        let message = check.message.unwrap_or_default();
        ensure!(
            message.contains("may not create pods in Namespace unbound")
                && message.contains("deploy/admission-probe/namespace"),
            "the role to apply was to be named: {message}"
        );
        // The gravest reason hides the others: one is mended after the other.
        for manifest in manifests::admission_probe_in(UNBOUND)? {
            self.author.apply(&manifest).await?;
        }
        // It is asked again anyhow, and with another label soon.
        self.label(UNBOUND, "team", Some("web")).await?;
        self.finds(HOST_ACCESS, &[LIMITED, OPEN, PARTLY, UNBOUND])
            .await
            .context("with the right")?;
        self.author
            .delete(
                &json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": UNBOUND}}),
            )
            .await?;
        self.finds(HOST_ACCESS, &[LIMITED, OPEN, PARTLY])
            .await
            .context("with a namespace gone")?;
        let says = async |namespace: &str, words: &str| {
            eventually(&format!("{words:?} is said"), async || {
                let check = self.check(HOST_ACCESS).await?;
                let message = check.message.unwrap_or_default();
                Ok(message.contains(words).then_some(()))
            })
            .await?;
            let gone =
                json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}});
            self.author.delete(&gone).await
        };
        says(FULL, "ResourceQuota none of Namespace full has no room").await?;
        says(PICKY, "a pod with nothing wrong is refused as well, so that refusing others shows nothing: ValidatingAdmissionPolicy picky").await?;
        says(
            DEAF,
            r#"admission webhook "deaf.example.com" cannot be called"#,
        )
        .await?;
        eventually("nothing is left untold", async || {
            let check = self.check(HOST_ACCESS).await?;
            Ok((check.unknown == 0).then_some(()))
        })
        .await
    }

    async fn label(&self, namespace: &str, key: &str, value: Option<&str>) -> anyhow::Result<()> {
        let manifest =
            json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}});
        let patch = json!({"metadata": {"labels": {key: value}}});
        self.author.merge(&manifest, &patch).await?;
        Ok(())
    }

    async fn found(&self, check: &str) -> anyhow::Result<BTreeSet<String>> {
        let mut found = BTreeSet::new();
        for namespace in [OPEN, GUARDED, PARTLY, WALLED, LIMITED]
            .into_iter()
            .chain(UNTOLD)
        {
            let findings = self.scene.findings(namespace).await?.into_iter();
            let open = findings.filter(|finding| {
                finding.check == check && finding.body.state == FindingState::Open
            });
            found.extend(open.map(|finding| finding.body.resource.name));
        }
        Ok(found)
    }

    /// Waits until a check finds these namespaces and no others.
    async fn finds(&self, check: &str, wanted: &[&str]) -> anyhow::Result<()> {
        let wanted: BTreeSet<String> = wanted.iter().map(ToString::to_string).collect();
        let mut last = BTreeSet::new();
        let done = eventually(&format!("{check} finds {wanted:?}"), async || {
            last = self.found(check).await?;
            Ok((last == wanted).then_some(()))
        })
        .await;
        done.with_context(|| format!("{check} finds {last:?}"))
    }

    async fn check(&self, id: &str) -> anyhow::Result<CheckResult> {
        let status = self.scene.report("pci-03-workload-security").await?.status;
        let controls = status.into_iter().flat_map(|status| status.controls);
        let mut checks = controls.flat_map(|control| control.checks);
        let check = checks.find(|check| check.id == id);
        check.with_context(|| format!("the report has no {id}"))
    }

    async fn nothing_was_made(&self) -> anyhow::Result<()> {
        let pods: Api<Pod> = Api::all(self.scene.client.clone());
        let made = pods.list(&ListParams::default()).await?;
        let made = made
            .iter()
            .filter(|pod| pod.name_any().starts_with(ACCOUNT));
        let made: Vec<String> = made.map(ResourceExt::name_any).collect();
        ensure!(
            made.is_empty(),
            "there are pods that were to be tried only: {made:?}"
        );
        let Some(asked) = self.audit.asked_by(ACCOUNT)? else {
            return Ok(());
        };
        ensure!(asked.len() > 50, "the log was to tell of tries: {asked:?}");
        for (verb, uri) in asked {
            let query = uri.split_once('?').map_or("", |(_, query)| query);
            ensure!(
                verb == "create" && query.split('&').any(|pair| pair == "dryRun=All"),
                "{verb} {uri} is no dry run"
            );
        }
        Ok(())
    }

    /// Whoever has its token may do no more than try, and that only where it was let.
    async fn the_account_can_make_nothing(&self) -> anyhow::Result<()> {
        let pods: Api<Pod> = Api::namespaced(self.scene.client_of(ACCOUNT).await?, OPEN);
        let pod = serde_json::from_value(
            json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "made"},
            "spec": {"containers": [{"name": "main", "image": "registry.example.com/a:1"}]}}),
        )?;
        let made = pods.create(&PostParams::default(), &pod).await;
        let Err(kube::Error::Api(refusal)) = made else {
            anyhow::bail!("it was to be refused: {made:?}");
        };
        ensure!(
            refusal
                .message
                .contains("may try pods by dry run, and make none"),
            "{refusal:?}"
        );
        Ok(())
    }
}

/// What refuses, and what only hinders.
fn guards() -> Vec<Value> {
    let privileged = "!object.spec.containers.exists(c, has(c.securityContext) && has(c.securityContext.privileged) && c.securityContext.privileged)";
    let host = "!(has(object.spec.hostPID) && object.spec.hostPID) && !(has(object.spec.hostIPC) && object.spec.hostIPC) \
        && !(has(object.spec.hostNetwork) && object.spec.hostNetwork) \
        && !(has(object.spec.volumes) && object.spec.volumes.exists(v, has(v.hostPath))) \
        && !object.spec.containers.exists(c, has(c.ports) && c.ports.exists(p, has(p.hostPort) && p.hostPort != 0)) \
        && !object.spec.containers.exists(c, has(c.securityContext) && has(c.securityContext.capabilities) \
            && has(c.securityContext.capabilities.add))";
    let mut all = Vec::new();
    all.extend(policy("partly", PARTLY, privileged));
    all.extend(policy("walled", WALLED, &format!("{privileged} && {host}")));
    all.extend(policy("picky", PICKY, "false"));
    all.push(json!({"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "defaults", "namespace": LIMITED},
        "spec": {"limits": [{"type": "Container", "default": {"memory": "64Mi"}}]}}));
    all.push(json!({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "none", "namespace": FULL},
        "spec": {"hard": {"pods": "0"}}}));
    all.push(json!({"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": "deaf"},
        "webhooks": [{"name": "deaf.example.com", "admissionReviewVersions": ["v1"], "sideEffects": "None",
            "failurePolicy": "Fail", "timeoutSeconds": 1, "clientConfig": {"url": "https://127.0.0.1:1/"},
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": DEAF}},
            "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}]}]}));
    all
}

/// A policy that refuses pods of one namespace for which the expression does not hold.
fn policy(name: &str, namespace: &str, expression: &str) -> [Value; 2] {
    [
        json!({"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy",
            "metadata": {"name": name},
            "spec": {"failurePolicy": "Fail",
                "matchConstraints": {
                    "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}},
                    "resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}]},
                "validations": [{"expression": expression, "message": "not here"}]}}),
        json!({"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicyBinding",
            "metadata": {"name": name},
            "spec": {"policyName": name, "validationActions": ["Deny"]}}),
    ]
}
