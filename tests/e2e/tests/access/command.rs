//! `assay access` on a live cluster: with rights to see everything, and without.

use std::path::Path;
use std::process::Output;

use anyhow::{Context as _, ensure};
use assay_cluster::{Cluster, Options};
use assay_e2e::{Author, assay, eventually, skips_on_named};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_may_not_be_listed_makes_the_answer_incomplete() -> anyhow::Result<()> {
    if skips_on_named(
        "`assay access` without the rights to see everything",
        "needs a cluster of its own, whose users may be invented",
    ) {
        return Ok(());
    }
    let cluster = Cluster::start(Options::default().nodes(0)).await?;
    let author = Author(cluster.client().await?);
    for object in half_sighted() {
        author.apply(&object).await?;
    }
    let admin = cluster.kubeconfig().to_path_buf();
    let whole = access(&admin)?;
    ensure!(whole.status.code() == Some(0), "{whole:?}");
    let told: Value = serde_json::from_slice(&whole.stdout)?;
    ensure!(told.get("complete") == Some(&json!(true)), "{told}");
    ensure!(told.to_string().contains("half-sighted"), "{told}");

    let view = ["config", "view", "--raw", "-o", "json"];
    let mut kubeconfig: Value = serde_json::from_str(&cluster.kubectl(&view).await?)?;
    let user = kubeconfig.pointer_mut("/users/0/user");
    let user = user.and_then(Value::as_object_mut).context("a user")?;
    user.insert("as".to_owned(), "jane".into());
    let path = cluster.folder().join("jane.kubeconfig");
    std::fs::write(&path, kubeconfig.to_string())?;
    // The API server takes a moment to go by a new binding.
    eventually("jane is told what she may see", async || {
        let part = access(&path)?;
        ensure!(part.status.code() == Some(2), "{part:?}");
        let told: Value = serde_json::from_slice(&part.stdout)?;
        ensure!(told.get("complete") == Some(&json!(false)), "{told}");
        ensure!(told.to_string().contains("half-sighted"), "{told}");
        let complaints = String::from_utf8(part.stderr)?;
        for kind in ["roles", "rolebindings"] {
            let complaint = format!("Forbidden: may not list and watch {kind} ");
            ensure!(complaints.contains(&complaint), "{complaints}");
        }
        Ok(Some(()))
    })
    .await?;
    cluster.stop().await
}

/// Who may list `ClusterRoles`, as JSON.
fn access(kubeconfig: &Path) -> anyhow::Result<Output> {
    let question = ["access", "who-can", "list", "clusterroles", "-o", "json"];
    let mut command = assay()?;
    command.args(question).arg("--kubeconfig").arg(kubeconfig);
    Ok(command.output()?)
}

/// Lets jane see what is granted over the whole cluster, and nothing of namespaces.
fn half_sighted() -> [Value; 2] {
    let group = "rbac.authorization.k8s.io";
    [
        json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
            "metadata": {"name": "half-sighted"},
            "rules": [{"verbs": ["list", "watch"], "apiGroups": [group], "resources": ["clusterroles", "clusterrolebindings"]}]}),
        json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
            "metadata": {"name": "half-sighted"},
            "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": "half-sighted"},
            "subjects": [{"apiGroup": group, "kind": "User", "name": "jane"}]}),
    ]
}
