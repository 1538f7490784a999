//! Pods and a Node that pose as the control plane, with flags as they should be, beside a genuine static pod whose are not.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use assay_api::CheckStatus;
use assay_cluster::Options;
use assay_e2e::{Author, Scene, States, eventually, judge, skips_on_named};
use assay_inventory::{Relation, SubjectKind};
use chrono::{SecondsFormat, Utc};
use k8s_openapi::api::core::v1::{Node, Pod};
use kube::api::{Patch, PatchParams};
use kube::{Api, ResourceExt};
use serde_json::{Value, json};

/// How long a pod is there before its flags count.
const AGE: Duration = Duration::from_secs(62);
/// Where the API server is asked: the cluster lists no other address.
const OWN: &str = "127.0.0.1";
/// etcd is started by nobody's static pod, so that nothing is known of it.
const EXPECTED: [(&str, CheckStatus); 3] = [
    ("etcd-client-certificates", CheckStatus::Unknown),
    ("secrets-in-plain-text", CheckStatus::Fail),
    ("static-token-file", CheckStatus::Fail),
];

#[tokio::test(flavor = "multi_thread")]
async fn planted_pods_change_no_verdict() -> anyhow::Result<()> {
    if skips_on_named(
        "planted pods of the control plane",
        "needs nodes whose kubelets read static pods from a folder of ours",
    ) {
        return Ok(());
    }
    let scene = Scene::set(Options::default().nodes(1)).await?;
    a_right_that_is_missing_is_named(&scene).await?;
    change_no_verdict(&scene).await
}

/// Without the right to ask, nothing passes that was to be asked, and the role to bind is named.
async fn a_right_that_is_missing_is_named(scene: &Scene) -> anyhow::Result<()> {
    let expected = [
        ("audit-events-lost", CheckStatus::Unknown),
        ("audit-off", CheckStatus::Unknown),
        ("secrets-in-plain-text", CheckStatus::Unknown),
        ("static-token-file", CheckStatus::Unknown),
    ];
    let roles = ["assay-operator-flagz", "assay-operator-metrics"];
    for role in roles {
        let delete = ["delete", "clusterrolebinding", role];
        scene.cluster.kubectl(&delete).await?;
    }
    let states = judge(scene, "not-to-be-asked", &expected).await?;
    for (check, role) in ["static-token-file", "audit-events-lost"].iter().zip(roles) {
        let said = states.get(*check).map_or("", |(_, message)| message);
        ensure!(said.contains(role), "{check} was to name {role}: {said}");
    }
    Ok(())
}

/// The API servers' flags may not be asked for here, so that pods would tell.
async fn change_no_verdict(scene: &Scene) -> anyhow::Result<()> {
    let author = Author(scene.client.clone());
    let node = a_node_of_the_api_server(scene).await?;
    write_genuine(scene)?;
    let planted = plant(&author, &node).await?;
    is_mirrored(scene).await?;
    // Long enough for a kubelet to delete what it did not make, and for the rest to count.
    tokio::time::sleep(AGE).await;
    // Whoever keeps at it can keep up the Node as well.
    is_ready(scene).await?;
    let with = judge(scene, "beside-planted-pods", &EXPECTED).await?;
    are_as_meant(&author, &planted).await?;
    for pod in &planted {
        author
            .merge(pod, &json!({"metadata": {"finalizers": null}}))
            .await
            .ok();
        author.delete(pod).await.ok();
    }
    author.delete(&ghost()).await?;
    let without = judge(scene, "without-planted-pods", &EXPECTED).await?;
    ensure!(
        of_control_plane(&with) == of_control_plane(&without),
        "with them: {with:#?}\nwithout: {without:#?}"
    );
    Ok(())
}

/// Puts the node's address where the API server listens, and gives the node.
async fn a_node_of_the_api_server(scene: &Scene) -> anyhow::Result<Node> {
    let nodes: Api<Node> = Api::all(scene.client.clone());
    let addresses = json!({"status": {"addresses": [{"type": "InternalIP", "address": OWN}]}});
    let patch = Patch::Merge(&addresses);
    let params = PatchParams::default();
    Ok(nodes.patch_status("node-0", &params, &patch).await?)
}

/// A static pod as kubeadm writes one, with a token file.
fn write_genuine(scene: &Scene) -> anyhow::Result<()> {
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "kube-apiserver", "namespace": "kube-system"},
        "spec": {"hostNetwork": true, "containers": [container("kube-apiserver", &["--token-auth-file=/tokens"])]}});
    let folder = scene.control_plane()?.report.dir.join("node-0/manifests");
    std::fs::write(folder.join("kube-apiserver.json"), pod.to_string())?;
    Ok(())
}

/// Waits until the kubelet has made the mirror pod of the static one: it is its age that counts.
async fn is_mirrored(scene: &Scene) -> anyhow::Result<()> {
    let pods: Api<Pod> = Api::namespaced(scene.client.clone(), "kube-system");
    eventually("the static pod has its mirror", async || {
        Ok(pods.get_opt("kube-apiserver-node-0").await?.map(|_| ()))
    })
    .await
}

fn container(program: &str, flags: &[&str]) -> Value {
    let command: Vec<&str> = [&[program], flags].concat();
    json!({"name": program, "image": format!("registry.example.com/{program}:1"), "command": command})
}

/// Everything is as it should be.
fn reassuring(program: &str) -> Value {
    if program == "etcd" {
        let flags = [
            "--client-cert-auth",
            "--peer-client-cert-auth",
            "--listen-client-urls=https://127.0.0.1:2379",
        ];
        return container(program, &flags);
    }
    container(
        program,
        &[
            "--authorization-mode=Node,RBAC",
            "--encryption-provider-config=/e",
            "--audit-policy-file=/p",
            "--audit-log-path=/l",
        ],
    )
}

/// Plants an API server and an etcd in each way there is.
async fn plant(author: &Author, node: &Node) -> anyhow::Result<Vec<Value>> {
    let node_uid = node.uid().context("a Node without a uid")?;
    author.create(&ghost()).await?;
    let live = author.live(&ghost()).await?.context("no ghost")?;
    let ghost_uid = live.uid().context("a Node without a uid")?;
    is_ready_by(author).await?;
    let mut planted = Vec::new();
    for program in ["kube-apiserver", "etcd"] {
        for (way, node, mirrored) in [
            ("plain", "node-0", None),
            ("mirror", "node-0", Some(node_uid.as_str())),
            ("kept", "node-0", Some(node_uid.as_str())),
            (
                "nowhere",
                "nowhere",
                Some("00000000-0000-0000-0000-000000000000"),
            ),
            ("ghost", "ghost", Some(ghost_uid.as_str())),
        ] {
            let marks = mirrored.map(|_| json!({"kubernetes.io/config.mirror": "0", "kubernetes.io/config.hash": "0", "kubernetes.io/config.source": "file"}));
            let owners = mirrored.map(|uid| json!([{"apiVersion": "v1", "kind": "Node", "name": node, "uid": uid, "controller": true}]));
            let finalizers = (way == "kept").then(|| json!(["example.com/kept"]));
            let pod = json!({"apiVersion": "v1", "kind": "Pod",
                "metadata": {"name": format!("{program}-{way}"), "namespace": "kube-system", "annotations": marks,
                    "labels": {"component": program, "tier": "control-plane"}, "ownerReferences": owners, "finalizers": finalizers},
                "spec": {"nodeName": node, "automountServiceAccountToken": false, "containers": [reassuring(program)]}});
            author.create(&pod).await?;
            planted.push(pod);
        }
    }
    Ok(planted)
}

/// A Node without a kubelet, that claims the address of the other.
fn ghost() -> Value {
    json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "ghost", "labels": {"node-role.kubernetes.io/control-plane": ""}}})
}

async fn is_ready(scene: &Scene) -> anyhow::Result<()> {
    is_ready_by(&Author(scene.client.clone())).await
}

async fn is_ready_by(author: &Author) -> anyhow::Result<()> {
    let nodes: Api<Node> = Api::all(author.0.clone());
    let now = Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true);
    let status = json!({"status": {
        "addresses": [{"type": "InternalIP", "address": OWN}],
        "conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady", "message": "", "lastHeartbeatTime": now, "lastTransitionTime": now}],
    }});
    nodes
        .patch_status("ghost", &PatchParams::default(), &Patch::Merge(&status))
        .await?;
    Ok(())
}

/// What was planted has come to what it was planted for: else the test would show nothing.
async fn are_as_meant(author: &Author, planted: &[Value]) -> anyhow::Result<()> {
    let named = |name: &str| {
        let is = |pod: &&Value| pod.pointer("/metadata/name").and_then(Value::as_str) == Some(name);
        planted.iter().find(is).context("not planted")
    };
    eventually("the kubelet deletes what it did not make", async || {
        let left = author.live(named("kube-apiserver-mirror")?).await?;
        Ok(left.is_none().then_some(()))
    })
    .await?;
    let kept = author.live(named("kube-apiserver-kept")?).await?;
    let kept = kept.context("the finalizer was to keep it")?;
    ensure!(
        kept.metadata.deletion_timestamp.is_some(),
        "the kubelet was to delete it"
    );
    for name in ["kube-apiserver-plain", "kube-apiserver-ghost"] {
        ensure!(author.live(named(name)?).await?.is_some(), "{name} is gone");
    }
    Ok(())
}

/// What checks of the cluster come to that read how the control plane is started. Those of nodes have one more to judge, and say so
/// of that node: the made-up one.
fn of_control_plane(states: &States) -> BTreeMap<&str, &(CheckStatus, String)> {
    let reads = |id: &str| {
        let check = assay_checks::find(id);
        check.is_some_and(|check| {
            check.rule.reads.contains(&Relation::ControlPlane)
                && check.rule.judge.subject_kind() == SubjectKind::Cluster
        })
    };
    let states = states.iter().map(|(id, state)| (id.as_str(), state));
    states.filter(|(id, _)| reads(id)).collect()
}
