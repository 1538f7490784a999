//! Effective access as we work it out is what the API server's own authorizer answers, for random roles, bindings and callers.

mod command;
mod dice;
mod grants;
mod questions;

use std::time::Duration;

use anyhow::{Context as _, ensure};
use assay_cluster::{Cluster, Named, Options};
use assay_e2e::{Author, eventually, skip};
use assay_inventory::{Identity, Inventory, Kind};
use chrono::Utc;
use futures::{StreamExt, TryStreamExt};
use k8s_openapi::api::authorization::v1::SubjectAccessReview;
use k8s_openapi::api::rbac::v1::ClusterRole;
use kube::api::{ListParams, PostParams};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Api, Client, Config};
use serde_json::{Value, json};

use dice::Dice;
use questions::Question;

/// Another run of dice: `ASSAY_ACCESS_SEED=7 cargo test … --test access`.
const SEED: &str = "ASSAY_ACCESS_SEED";
const QUESTIONS: usize = 4_000;
/// Requests under way at once.
const CONCURRENCY: usize = 32;

const KINDS: [Kind; 4] = [
    Kind::ClusterRole,
    Kind::ClusterRoleBinding,
    Kind::Role,
    Kind::RoleBinding,
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_api_server_gives_the_same_answers() -> anyhow::Result<()> {
    let seed = match std::env::var(SEED) {
        Ok(seed) => seed.parse().context(SEED)?,
        Err(_) => 20_261_121,
    };
    if Named::by_environment().is_some() {
        skip(
            "random rights against the API server's own answers",
            "needs a cluster of its own, where nobody is given what is drawn by lot",
        );
        return Ok(());
    }
    let mut dice = Dice::new(seed);
    let cluster = Cluster::start(Options::default().nodes(0)).await?;
    let client = cluster.client().await?;
    grant(&client, &mut dice).await?;
    let inventory = inventory(&cluster).await?;
    let questions: Vec<Question> = (0..QUESTIONS)
        .map(|_| Question::random(&mut dice))
        .collect();
    let answers = futures::stream::iter(&questions)
        .map(async |question| review(&client, &question.review()).await)
        .buffered(CONCURRENCY)
        .try_collect::<Vec<bool>>()
        .await?;
    let allowed = answers.iter().filter(|allowed| **allowed).count();
    ensure!(
        (QUESTIONS / 10..QUESTIONS * 9 / 10).contains(&allowed),
        "{allowed} of {QUESTIONS} questions of seed {seed} are answered with yes: that shows too little"
    );
    let disagreements: Vec<String> = questions
        .iter()
        .zip(answers)
        .filter_map(|(question, allowed)| {
            let ours = answer(&inventory, question);
            (ours != (allowed, allowed)).then(|| format!("  {question}: {allowed}, not {ours:?}"))
        })
        .collect();
    ensure!(
        disagreements.is_empty(),
        "of seed {seed}, the API server answers otherwise than (access_of, who_can) to {} of {QUESTIONS} questions:\n{}",
        disagreements.len(),
        disagreements.join("\n")
    );
    eprintln!(
        "{QUESTIONS} questions of seed {seed}, {allowed} of them answered with yes: no disagreement"
    );
    cluster.stop().await
}

/// What both ways of asking answer.
fn answer(inventory: &Inventory, question: &Question) -> (bool, bool) {
    let now = Utc::now();
    let request = question.request();
    let identities = &question.caller.identities;
    let of = identities.iter().any(|identity| {
        let held = inventory.access_of(identity, now).access;
        held.iter().any(|access| access.allows(&request))
    });
    let implied: Vec<Identity> = identities.iter().flat_map(Identity::implied).collect();
    let who = inventory.who_can(&request, now).access;
    let who = who.iter().any(|access| implied.contains(&access.holder));
    (of, who)
}

async fn review(client: &Client, review: &SubjectAccessReview) -> anyhow::Result<bool> {
    let api: Api<SubjectAccessReview> = Api::all(client.clone());
    let answer = api.create(&PostParams::default(), review).await?;
    Ok(answer.status.context("a review without a status")?.allowed)
}

/// Writes random roles and bindings, and waits until the API server goes by all of them.
async fn grant(client: &Client, dice: &mut Dice) -> anyhow::Result<()> {
    let author = Author(client.clone());
    for namespace in grants::NAMESPACES {
        author.namespace(namespace).await?;
    }
    let (roles, bindings) = grants::objects(dice);
    for objects in [roles, bindings] {
        futures::stream::iter(&objects)
            .map(|object| author.apply(object))
            .buffer_unordered(CONCURRENCY)
            .try_collect::<Vec<_>>()
            .await?;
    }
    for (name, grade) in grants::aggregates() {
        aggregated(client, &name, grade).await?;
    }
    // Each kind is watched by the authorizer in the order it was written: once it goes by the last, it goes by all.
    for object in last() {
        author.apply(&object).await?;
    }
    for namespace in ["access-c", ""] {
        let question: SubjectAccessReview = serde_json::from_value(json!({
            "spec": {"user": if namespace.is_empty() {"last-cluster"} else {"last"},
                "resourceAttributes": {"verb": "mark", "group": "last.example.com", "resource": "marks", "namespace": namespace}},
        }))?;
        eventually("the authorizer knows what was written last", async || {
            Ok(review(client, &question).await?.then_some(()))
        })
        .await?;
    }
    Ok(())
}

/// Waits until the controller has filled a role in.
async fn aggregated(client: &Client, name: &str, grade: &str) -> anyhow::Result<()> {
    let api: Api<ClusterRole> = Api::all(client.clone());
    let labelled = format!("access.example.com/grade={grade}");
    eventually(&format!("{name} is aggregated"), async || {
        let parts = api.list(&ListParams::default().labels(&labelled)).await?;
        ensure!(!parts.items.is_empty(), "no role is labelled {labelled}");
        let whole = api.get(name).await?.rules.unwrap_or_default();
        let whole_has = |part: &ClusterRole| {
            let mut rules = part.rules.iter().flatten();
            rules.all(|rule| whole.contains(rule))
        };
        Ok(parts.iter().all(whole_has).then_some(()))
    })
    .await
}

/// A role and a binding of each scope.
fn last() -> Vec<Value> {
    let role = |meta: &Value, kind: &str| {
        json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind, "metadata": meta,
            "rules": [{"verbs": ["mark"], "apiGroups": ["last.example.com"], "resources": ["marks"]}]})
    };
    let binding = |meta: &Value, kind: &str, of: &str, user: &str| {
        json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind, "metadata": meta,
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": of, "name": "last"},
            "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": user}]})
    };
    let here = json!({"name": "last", "namespace": "access-c"});
    let everywhere = json!({"name": "last"});
    vec![
        role(&here, "Role"),
        role(&everywhere, "ClusterRole"),
        binding(&here, "RoleBinding", "Role", "last"),
        binding(
            &everywhere,
            "ClusterRoleBinding",
            "ClusterRole",
            "last-cluster",
        ),
    ]
}

/// What we make of the cluster, by way of our own watches.
async fn inventory(cluster: &Cluster) -> anyhow::Result<Inventory> {
    let kubeconfig = Kubeconfig::read_from(cluster.kubeconfig())?;
    let options = KubeConfigOptions::default();
    let config = Config::from_custom_kubeconfig(kubeconfig, &options).await?;
    Ok(assay_watch::snapshot_of(&config, &KINDS, Duration::from_mins(1)).await?)
}
