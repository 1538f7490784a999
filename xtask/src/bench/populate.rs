//! A cluster's worth of objects: pods owned by `ReplicaSets` owned by Deployments, with what stands around them.

use anyhow::Context as _;
use assay_e2e::{Scene, eventually};
use futures::{StreamExt, TryStreamExt};
use k8s_openapi::api::core::v1::ServiceAccount;
use kube::api::{ApiResource, DynamicObject, ListParams, Patch, PatchParams, PostParams};
use kube::{Api, Client};
use serde_json::{Value, json};

/// Pods a Deployment has, and Deployments a namespace.
const REPLICAS: u32 = 10;
const DEPLOYMENTS: u32 = 10;
/// Requests under way at once.
const CONCURRENCY: usize = 48;

/// Makes them; how many there are.
pub(super) async fn populate(scene: &Scene, pods: u32) -> anyhow::Result<u32> {
    let client = &scene.client;
    let deployments = pods.div_ceil(REPLICAS);
    let namespaces = deployments.div_ceil(DEPLOYMENTS);
    let made = futures::stream::iter(0..namespaces).map(|number| async move {
        let name = namespace(number);
        create(
            client,
            "v1",
            "Namespace",
            "namespaces",
            None,
            &name,
            json!({}),
        )
        .await
    });
    made.buffer_unordered(CONCURRENCY)
        .try_collect::<Vec<_>>()
        .await?;
    let accounts: Api<ServiceAccount> = Api::all(client.clone());
    eventually(
        "every namespace has its default ServiceAccount",
        async || {
            let params = ListParams::default().fields("metadata.name=default");
            let count = accounts.list(&params).await?.items.len();
            Ok((count > namespaces as usize).then_some(()))
        },
    )
    .await?;
    // From here on the owners are only links: nobody is to make pods of his own.
    let control_plane = scene.control_plane()?;
    control_plane.tell("stop kube-controller-manager").await?;
    control_plane.tell("stop kube-scheduler").await?;
    let work = futures::stream::iter(0..deployments)
        .map(|number| deployment(client, number))
        .buffer_unordered(CONCURRENCY / 8);
    let counts: Vec<u32> = work.try_collect().await?;
    let policies = futures::stream::iter(0..namespaces).map(|number| async move {
        let spec = json!({"spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}});
        let name = namespace(number);
        create(
            client,
            "networking.k8s.io/v1",
            "NetworkPolicy",
            "networkpolicies",
            Some(&name),
            "deny",
            spec,
        )
        .await
    });
    policies
        .buffer_unordered(CONCURRENCY)
        .try_collect::<Vec<_>>()
        .await?;
    Ok(counts.iter().sum::<u32>() + namespaces * 3)
}

fn namespace(number: u32) -> String {
    format!("team-{number:04}")
}

/// A Deployment with what belongs to it; how many objects.
async fn deployment(client: &Client, number: u32) -> anyhow::Result<u32> {
    let home = namespace(number / DEPLOYMENTS);
    let space = home.as_str();
    let home = Some(space);
    let name = format!("app-{number:05}");
    create(
        client,
        "v1",
        "ServiceAccount",
        "serviceaccounts",
        home,
        &name,
        json!({}),
    )
    .await?;
    let rules = json!({"rules": [{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "list"]}]});
    let rbac = "rbac.authorization.k8s.io/v1";
    create(client, rbac, "Role", "roles", home, &name, rules).await?;
    let binding = json!({
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": name},
        "subjects": [{"kind": "ServiceAccount", "name": name, "namespace": home}],
    });
    create(
        client,
        rbac,
        "RoleBinding",
        "rolebindings",
        home,
        &name,
        binding,
    )
    .await?;
    let labels = json!({"app.kubernetes.io/name": name, "team": home});
    let template = json!({"metadata": {"labels": labels}, "spec": pod_spec(&name, number)});
    let spec = json!({"spec": {"replicas": REPLICAS, "selector": {"matchLabels": labels}, "template": template}});
    let owner = create(
        client,
        "apps/v1",
        "Deployment",
        "deployments",
        home,
        &name,
        spec.clone(),
    )
    .await?;
    let owners = [owned("apps/v1", "Deployment", &name, &owner)];
    let meta = json!({"metadata": {"labels": labels, "ownerReferences": owners}});
    let set = merged(spec, meta);
    let set_name = format!("{name}-5d8f7c9b6");
    let owner = create(
        client,
        "apps/v1",
        "ReplicaSet",
        "replicasets",
        home,
        &set_name,
        set,
    )
    .await?;
    for replica in 0..REPLICAS {
        let pod = format!("{set_name}-{replica:05}");
        let object = json!({
            "metadata": {"labels": labels, "ownerReferences": [owned("apps/v1", "ReplicaSet", &set_name, &owner)]},
            "spec": pod_spec(&name, number),
        });
        create(client, "v1", "Pod", "pods", home, &pod, object).await?;
        status(client, space, &pod, &name).await?;
    }
    Ok(5 + REPLICAS)
}

/// The fields of both; the second wins.
fn merged(base: Value, over: Value) -> Value {
    let (Value::Object(mut base), Value::Object(over)) = (base, over.clone()) else {
        return over;
    };
    base.extend(over);
    Value::Object(base)
}

fn owned(api_version: &str, kind: &str, name: &str, uid: &str) -> Value {
    json!({"apiVersion": api_version, "kind": kind, "name": name, "uid": uid, "controller": true, "blockOwnerDeletion": true})
}

/// A spec as large as real ones are. One in ten is flawed.
fn pod_spec(name: &str, number: u32) -> Value {
    let env: Vec<Value> = (0..20)
        .map(|at| json!({"name": format!("SETTING_{at}"), "value": format!("value of setting {at} of {name}, as charts write them")}))
        .collect();
    let probe = json!({"httpGet": {"path": "/healthz", "port": 8080}, "periodSeconds": 10, "timeoutSeconds": 2});
    let container = |container: &str| {
        json!({
            "name": container,
            "image": format!("registry.example.com/team/{name}-{container}:1.4.{number}@sha256:{:064x}", number),
            "env": env,
            "ports": [{"containerPort": 8080, "name": "http"}],
            "livenessProbe": probe, "readinessProbe": probe,
            "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"cpu": "500m", "memory": "256Mi"}},
            "securityContext": {"privileged": number.is_multiple_of(10), "runAsNonRoot": true, "runAsUser": 10001,
                "capabilities": {"drop": ["ALL"]}, "seccompProfile": {"type": "RuntimeDefault"}},
            "volumeMounts": [{"name": "config", "mountPath": "/etc/app"}],
        })
    };
    json!({
        "serviceAccountName": name,
        "containers": [container("app"), container("proxy")],
        "volumes": [{"name": "config", "configMap": {"name": format!("{name}-config")}}],
        "tolerations": [{"key": "dedicated", "operator": "Exists"}],
    })
}

/// A running pod's status.
async fn status(client: &Client, namespace: &str, pod: &str, name: &str) -> anyhow::Result<()> {
    let at = "2026-11-01T12:00:00Z";
    let container = |container: &str| {
        json!({"name": container, "ready": true, "restartCount": 0, "started": true,
            "image": format!("registry.example.com/team/{name}-{container}:1.4.2"),
            "imageID": format!("registry.example.com/team/{name}-{container}@sha256:{:064x}", 7),
            "containerID": format!("containerd://{:064x}", 9), "state": {"running": {"startedAt": at}},
            "user": {"linux": {"uid": 10001, "gid": 10001, "supplementalGroups": [10001]}}})
    };
    let condition = |kind: &str| json!({"type": kind, "status": "True", "lastTransitionTime": at});
    let patch = json!({"status": {
        "phase": "Running", "podIP": "10.1.2.3", "hostIP": "10.0.0.1", "startTime": at, "qosClass": "Burstable",
        "conditions": [condition("Initialized"), condition("Ready"), condition("ContainersReady"), condition("PodScheduled")],
        "containerStatuses": [container("app"), container("proxy")],
    }});
    let pods: Api<k8s_openapi::api::core::v1::Pod> = Api::namespaced(client.clone(), namespace);
    pods.patch_status(pod, &PatchParams::default(), &Patch::Merge(patch))
        .await?;
    Ok(())
}

/// Creates an object; its uid.
async fn create(
    client: &Client,
    api_version: &str,
    kind: &str,
    plural: &str,
    namespace: Option<&str>,
    name: &str,
    object: Value,
) -> anyhow::Result<String> {
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let resource = ApiResource {
        group: group.to_owned(),
        version: version.to_owned(),
        api_version: api_version.to_owned(),
        kind: kind.to_owned(),
        plural: plural.to_owned(),
    };
    let meta = object.get("metadata").cloned().unwrap_or_default();
    let meta = merged(meta, json!({"name": name}));
    let frame = json!({"apiVersion": api_version, "kind": kind, "metadata": meta});
    let object = merged(object, frame);
    let object: DynamicObject = serde_json::from_value(object)?;
    let api: Api<DynamicObject> = match namespace {
        Some(namespace) => Api::namespaced_with(client.clone(), namespace, &resource),
        None => Api::all_with(client.clone(), &resource),
    };
    let made = api.create(&PostParams::default(), &object).await;
    let made = made.with_context(|| format!("creating {kind} {name}"))?;
    made.metadata.uid.context("an object without a uid")
}
