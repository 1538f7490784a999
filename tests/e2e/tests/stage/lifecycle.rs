//! What comes into the cluster, changes and goes, is a finding exactly while it violates a check.

use anyhow::{Context as _, bail, ensure};
use assay_api::{Finding, FindingState};
use assay_e2e::{AUTHOR, EARLIER, OPERATOR_NAMESPACE, Stage, eventually, filled, on_stage};
use chrono::Utc;
use futures::StreamExt;
use kube::ResourceExt;
use kube::api::DynamicObject;
use serde_json::{Value, json};

use crate::rows::{Row, rows};

const OWN: &str = "{ns}";
/// Rows under way at once.
const CONCURRENCY: usize = 6;

#[test]
fn findings_come_and_go_with_the_objects_of_every_kind() -> anyhow::Result<()> {
    on_stage(async |stage| {
        let tries = rows().into_iter().map(|row| async move {
            let done = follow(stage, &row).await;
            done.err().map(|error| format!("{}: {error:#}", row.kind))
        });
        let tries = futures::stream::iter(tries).buffer_unordered(CONCURRENCY);
        let failures: Vec<Option<String>> = tries.collect().await;
        let failures: Vec<String> = failures.into_iter().flatten().collect();
        ensure!(failures.is_empty(), "{}", failures.join("\n"));
        Ok(())
    })
}

/// Creates a row's object, changes it back and forth and deletes it.
async fn follow(stage: &Stage, row: &Row) -> anyhow::Result<()> {
    let author = stage.author();
    let namespace = format!("life-{}", row.kind.to_lowercase());
    let fill = |manifest: &Value| filled(manifest, &namespace);
    author.namespace(&namespace).await?;
    for object in &row.beside {
        author.apply(&fill(object)?).await?;
    }
    let bad = fill(&row.bad)?;
    let good = row.good.as_ref().map(fill).transpose()?;
    let home = row.home.replace("{ns}", &namespace);
    let (kind, name) = row.on.unwrap_or_else(|| {
        let name = row.bad.pointer("/metadata/name").and_then(Value::as_str);
        (row.kind, name.unwrap_or_default())
    });
    let name = name.replace("{ns}", &namespace);
    let seen = async |wanted: bool, when: &str| {
        let found = stage.finding(&home, row.check, &name, wanted).await;
        found.with_context(|| format!("{when}, the finding was expected to be there: {wanted}"))
    };

    let first = if row.cures {
        seen(true, "before it came").await?
    } else {
        author.apply(&bad).await?;
        seen(true, "after it was created").await?
    };
    let first = first.context("no finding")?;
    let own_namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": OWN}});
    let mut candidates = row.beside.iter().chain([&row.bad, &own_namespace]);
    let on = candidates.find(|object| object.get("kind").is_some_and(|of| of == kind));
    let on = fill(on.context("a row without the object found")?)?;
    let object = author.live(&on).await?.context("the object is gone")?;
    tells(&first, &object, kind)?;

    if let Some(good) = &good {
        author.apply(good).await?;
        seen(false, "after it was mended").await?;
        author.apply(&bad).await?;
        let again = seen(true, "after it was spoilt").await?;
        let again = again.context("no finding")?;
        ensure!(
            again.body.since >= first.body.since && again.body.since_known,
            "a finding that passed in between begins anew, not at {} (first: {})",
            again.body.since,
            first.body.since,
        );
    }
    if let Some(good) = good.filter(|_| row.cures) {
        author.apply(&good).await?;
        seen(false, "after it was mended again").await?;
    }
    author.delete(&bad).await?;
    seen(row.cures, "after it was deleted").await?;
    Ok(())
}

/// Whether a finding tells what there is to tell of its object.
fn tells(finding: &Finding, object: &DynamicObject, kind: &str) -> anyhow::Result<()> {
    let body = &finding.body;
    ensure!(
        body.resource.kind == kind && body.resource.uid == object.uid(),
        "the finding was expected on {kind} with uid {:?}, it is on {:?}",
        object.uid(),
        body.resource,
    );
    ensure!(
        body.since_known && body.state == FindingState::Open,
        "what came later has a known beginning and is open: {body:?}"
    );
    // The API server keeps no managers of some kinds, such as CertificateSigningRequests.
    let told = body
        .changed_by
        .as_ref()
        .map(|changed| changed.manager.as_str());
    let is_managed = !object.managed_fields().is_empty();
    ensure!(
        told == is_managed.then_some(AUTHOR),
        "changedBy was expected to name {AUTHOR}, it names {told:?}; managedFields: {:?}",
        object.managed_fields(),
    );
    Ok(())
}

#[test]
fn a_grant_shows_where_its_service_accounts_are() -> anyhow::Result<()> {
    on_stage(async |stage| {
        let author = stage.author();
        let (first, second, grant) = ("life-reach-one", "life-reach-two", "life-reach");
        author.namespace(first).await?;
        author.namespace(second).await?;
        let binding = |namespace: &str| {
            json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": grant},
                "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
                "subjects": [{"kind": "ServiceAccount", "name": "robot", "namespace": namespace}]})
        };
        let shown = async |namespace: &str, wanted: bool| {
            let found = stage
                .finding(namespace, "cluster-admin-binding", grant, wanted)
                .await;
            found.map(|_| ())
        };
        author.apply(&binding(first)).await?;
        shown(first, true).await?;
        shown(OPERATOR_NAMESPACE, true).await?;
        author.apply(&binding(second)).await?;
        shown(second, true).await?;
        shown(first, false).await?;
        author.delete(&binding(second)).await?;
        for namespace in [first, second, OPERATOR_NAMESPACE] {
            shown(namespace, false).await?;
        }
        Ok(())
    })
}

#[test]
fn what_was_there_at_the_first_sight_has_no_known_beginning() -> anyhow::Result<()> {
    on_stage(async |stage| {
        let found = stage
            .finding(EARLIER, "cluster-admin-binding", "earlier", true)
            .await?;
        let body = found.context("no finding")?.body;
        ensure!(
            !body.since_known,
            "nobody can know since when it is there, and yet: {body:?}"
        );
        Ok(())
    })
}

#[test]
fn a_clean_namespace_has_no_findings_object() -> anyhow::Result<()> {
    on_stage(async |stage| {
        let author = stage.author();
        let name = "life-clean";
        for object in clean(name) {
            author.apply(&object).await?;
        }
        let binding = admin_binding(name, "admin", &[]);
        author.apply(&binding).await?;
        stage
            .finding(name, "cluster-admin-binding", "admin", true)
            .await?;
        let objects = objects(stage, name).await?;
        ensure!(
            objects == ["pci"],
            "one object named after the profile, not {objects:?}"
        );
        author.delete(&binding).await?;
        let gone = eventually("no findings object outlives the last finding", async || {
            Ok(self::objects(stage, name).await?.is_empty().then_some(()))
        });
        let gone = gone.await;
        let left = stage.findings(name).await?;
        gone.with_context(|| format!("its findings: {left:#?}"))
    })
}

/// A namespace in which there is nothing to find.
fn clean(name: &str) -> Vec<Value> {
    let meta = json!({"name": "clean", "namespace": name});
    let modes = ["enforce", "audit", "warn"].map(|mode| {
        (
            format!("pod-security.kubernetes.io/{mode}"),
            Value::from("restricted"),
        )
    });
    let labels: serde_json::Map<String, Value> = modes.into_iter().collect();
    vec![
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}),
        json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": name},
            "automountServiceAccountToken": false}),
        json!({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": meta,
            "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}}),
        json!({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": meta,
            "spec": {"hard": {"limits.memory": "64Gi", "limits.cpu": "64", "pods": "50"}}}),
        json!({"apiVersion": "v1", "kind": "LimitRange", "metadata": meta,
            "spec": {"limits": [{"type": "Container", "default": {"cpu": "1", "memory": "1Gi"}}]}}),
    ]
}

#[test]
fn a_terminating_namespace_is_left_alone() -> anyhow::Result<()> {
    on_stage(async |stage| {
        let author = stage.author();
        let (name, witness) = ("life-terminating", "life-terminating-witness");
        let namespace = author.namespace(name).await?;
        author.namespace(witness).await?;
        // Held, it violates for as long as the namespace is going.
        let held = admin_binding(name, "held", &["e2e.assay.dev/hold"]);
        author.apply(&held).await?;
        stage
            .finding(name, "cluster-admin-binding", "held", true)
            .await?;
        author.delete(&namespace).await?;
        eventually("the namespace's findings go with it", async || {
            Ok(objects(stage, name).await?.is_empty().then_some(()))
        })
        .await?;
        // Whoever shows a later violation has seen the earlier change.
        let witnessed = async |name: &str| {
            author.apply(&admin_binding(witness, name, &[])).await?;
            stage
                .finding(witness, "cluster-admin-binding", name, true)
                .await
        };
        witnessed("first").await?;
        let from = Utc::now();
        let other =
            json!([{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "other"}]);
        author.merge(&held, &json!({"subjects": other})).await?;
        witnessed("second").await?;
        let writes = stage.audit.since(from)?;
        let mut writes = writes.iter().flatten();
        if let Some(write) = writes.find(|write| write.namespace == name) {
            bail!("nothing was to be written to a namespace that is going: {write:?}");
        }
        author
            .merge(&held, &json!({"metadata": {"finalizers": null}}))
            .await?;
        eventually("the namespace is gone", async || {
            Ok(author.live(&namespace).await?.is_none().then_some(()))
        })
        .await
    })
}

fn admin_binding(namespace: &str, name: &str, finalizers: &[&str]) -> Value {
    json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
        "metadata": {"name": name, "namespace": namespace, "finalizers": finalizers},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "somebody"}]})
}

/// Names of the objects that hold what the default profile finds there: other tests have others.
async fn objects(stage: &Stage, namespace: &str) -> anyhow::Result<Vec<String>> {
    let api: kube::Api<assay_api::ComplianceFindings> =
        kube::Api::namespaced(stage.client.clone(), namespace);
    let objects = api.list(&kube::api::ListParams::default()).await?;
    let own = objects.iter().filter(|object| object.spec.profile == "pci");
    Ok(own.map(ResourceExt::name_any).collect())
}
