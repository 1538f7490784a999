//! The engine alone: a full evaluation, and what one changed object costs. No cluster, one core, nothing decoded while the clock
//! runs. Times are by the wall: other work on the machine shows in them.

#![allow(clippy::expect_used, reason = "a benchmark fails by panicking")]

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

use assay_engine::{Engine, Profile, full};
use assay_inventory::{Changes, Delta, Inventory, Kind, ObjectKey, decode};
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

/// Objects that are remembered.
const OBJECTS: u32 = 100_000;
/// Pods a Deployment has, and Deployments a namespace.
const REPLICAS: u32 = 10;
const DEPLOYMENTS: u32 = 10;
/// Objects of a Deployment: itself, its `ReplicaSet`, account, role and binding, and its pods.
const EACH: u32 = 5 + REPLICAS;
/// Full evaluations measured.
const RUNS: u32 = 5;
/// Changes measured of each kind, once with fan-out and once without.
const TURNS: u32 = 5_000;

fn main() {
    let now = Utc::now();
    let mut inventory = Inventory::new(now);
    let deployments = OBJECTS.div_ceil(EACH);
    let mut folding = Duration::ZERO;
    for number in 0..deployments {
        let deltas = deltas_of(number, now);
        let begun = Instant::now();
        for delta in deltas {
            inventory.apply(delta, &mut Changes::default());
        }
        folding += begun.elapsed();
    }
    for kind in Kind::ALL {
        inventory.apply(Delta::Listed(kind), &mut Changes::default());
    }
    println!(
        "{} objects, taken in within {folding:.2?}, decoding aside",
        inventory.objects()
    );
    let mut engine = evaluate(&inventory, now);
    for (what, change) in CHANGES {
        let (subjects, checks) = (engine.judged(), engine.judgements());
        let mut spent = |fan_out: FanOut, turns: RangeInclusive<u32>| -> Vec<Duration> {
            let spent = turns.map(|turn| {
                // Far from the last one, so that nothing is warm from it.
                let number = turn.wrapping_mul(7919) % deployments;
                let delta = change(number, turn, now);
                one(&mut inventory, &mut engine, delta, fan_out, now)
            });
            spent.collect()
        };
        // Turn 0 is what each object is made with.
        let mut whole = spent(FanOut::Counted, 1..=TURNS);
        let mut alone = spent(FanOut::Aside, TURNS + 1..=2 * TURNS);
        let subjects = (engine.judged() - subjects) / u64::from(2 * TURNS);
        let checks = (engine.judgements() - checks) / u64::from(2 * TURNS);
        println!("{what}: {subjects} subjects judged each time, by {checks} checks");
        for (times, part) in [(&mut alone, "fan-out aside"), (&mut whole, "with fan-out")] {
            let (half, most) = (share(times, 50), share(times, 99));
            let (idle_half, idle_most) = idle(half);
            println!(
                "  {part}: p50 {half:.1?}, p99 {most:.1?}; floor, counting for as long: p50 {idle_half:.1?}, p99 {idle_most:.1?}"
            );
        }
    }
}

/// Whether the time of a change includes that of the subjects that only read what changed.
#[derive(Clone, Copy)]
enum FanOut {
    Counted,
    Aside,
}

/// p50 and p99 of doing nothing but count for about this long. What p99 has over p50 there, the machine adds by itself: its
/// timer interrupts, and whoever else wants the core.
fn idle(about: Duration) -> (Duration, Duration) {
    const MANY: u32 = 1_000_000;
    let count = |rounds: u32| {
        let begun = Instant::now();
        (0..rounds).for_each(|round| _ = std::hint::black_box(round));
        begun.elapsed()
    };
    let rounds = about.as_secs_f64() / count(MANY).as_secs_f64() * f64::from(MANY);
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "some ten thousand"
    )]
    let mut spent: Vec<Duration> = (0..TURNS).map(|_| count(rounds as u32)).collect();
    (share(&mut spent, 50), share(&mut spent, 99))
}

/// Measures full evaluations; the last engine.
fn evaluate(inventory: &Inventory, now: DateTime<Utc>) -> Engine {
    let mut engine = full(inventory, Profile::default(), now);
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let begun = Instant::now();
            let next = full(inventory, Profile::default(), now);
            let spent = begun.elapsed();
            // An engine ends with its process. Given back, it would leave the heap in pieces, through which all that follows
            // would have to search.
            std::mem::forget(std::mem::replace(&mut engine, next));
            spent
        })
        .collect();
    let half = share(&mut times, 50);
    println!(
        "full evaluation of {} subjects: {half:.3?} (of {times:.3?})",
        engine.judged()
    );
    engine.take_touched();
    engine
}

fn share(times: &mut [Duration], percent: usize) -> Duration {
    times.sort_unstable();
    let at = (times.len() * percent / 100).min(times.len().saturating_sub(1));
    times.get(at).copied().unwrap_or_default()
}

/// What one change costs, from the decoded object to the last verdict that counts.
fn one(
    inventory: &mut Inventory,
    engine: &mut Engine,
    delta: Delta,
    fan_out: FanOut,
    now: DateTime<Utc>,
) -> Duration {
    let begun = Instant::now();
    let mut changes = Changes::default();
    inventory.apply(delta, &mut changes);
    let later = Changes {
        relations: match fan_out {
            FanOut::Counted => BTreeSet::new(),
            FanOut::Aside => std::mem::take(&mut changes.relations),
        },
        ..Changes::default()
    };
    engine.mark(&changes);
    while engine.settle(inventory, now, usize::MAX) {}
    let spent = begun.elapsed();
    engine.mark(&later);
    while engine.settle(inventory, now, usize::MAX) {}
    engine.take_touched();
    spent
}

type Change = fn(u32, u32, DateTime<Utc>) -> Delta;

/// Kinds of change; each turn writes what no object held before: a user, a verb, an image.
const CHANGES: [(&str, Change); 4] = [
    ("a RoleBinding", |number, turn, _| {
        upsert(
            Kind::RoleBinding,
            &home(number),
            &name(number),
            binding(number, turn),
        )
    }),
    ("a Role", |number, turn, _| {
        upsert(Kind::Role, &home(number), &name(number), role(turn))
    }),
    ("a Deployment's template", |number, turn, _| {
        let spec = pod_spec(&name(number), OBJECTS + turn);
        upsert(
            Kind::Deployment,
            &home(number),
            &name(number),
            deployment(number, &spec),
        )
    }),
    ("a pod", |number, turn, now| {
        let spec = pod_spec(&name(number), OBJECTS + turn);
        upsert(
            Kind::Pod,
            &home(number),
            &format!("{}-rs-0", name(number)),
            pod(number, &spec, now),
        )
    }),
];

fn home(number: u32) -> String {
    format!("team-{:04}", number / DEPLOYMENTS)
}

fn name(number: u32) -> String {
    format!("app-{number:05}")
}

fn role(turn: u32) -> Value {
    let verbs = json!(["get", "list", format!("verb-{turn}")]);
    json!({"rules": [{"apiGroups": [""], "resources": ["configmaps"], "verbs": verbs}]})
}

fn binding(number: u32, turn: u32) -> Value {
    json!({
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": name(number)},
        "subjects": [
            {"kind": "ServiceAccount", "name": name(number), "namespace": home(number)},
            {"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": format!("user-{turn}")},
        ],
    })
}

fn deployment(number: u32, spec: &Value) -> Value {
    let labels = json!({"app": name(number)});
    json!({
        "metadata": {"uid": format!("deployment-{number}")},
        "spec": {"selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": spec}},
        "status": {"observedGeneration": 1, "replicas": REPLICAS, "updatedReplicas": REPLICAS},
    })
}

fn owned(kind: &str, of: &str, uid: &str) -> Value {
    json!([{"apiVersion": "apps/v1", "kind": kind, "name": of, "uid": uid, "controller": true}])
}

fn pod(number: u32, spec: &Value, now: DateTime<Utc>) -> Value {
    let set = format!("{}-rs", name(number));
    json!({
        "metadata": {
            "creationTimestamp": now.to_rfc3339_opts(SecondsFormat::Secs, true),
            "labels": {"app": name(number)},
            "ownerReferences": owned("ReplicaSet", &set, &format!("set-{number}")),
        },
        "spec": spec,
        "status": {"phase": "Running"},
    })
}

fn deltas_of(number: u32, now: DateTime<Utc>) -> Vec<Delta> {
    let (home, name) = (home(number), name(number));
    let spec = pod_spec(&name, number);
    let mut deltas = Vec::new();
    if number.is_multiple_of(DEPLOYMENTS) {
        deltas.push(upsert(Kind::Namespace, "", &home, json!({})));
        let deny = json!({"spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}});
        deltas.push(upsert(Kind::NetworkPolicy, &home, "deny", deny));
    }
    let set = format!("{name}-rs");
    let owner = owned("Deployment", &name, &format!("deployment-{number}"));
    let meta = json!({"metadata": {"uid": format!("set-{number}"), "ownerReferences": owner}});
    let replica_set = merged(deployment(number, &spec), meta);
    deltas.push(upsert(Kind::ServiceAccount, &home, &name, json!({})));
    deltas.push(upsert(Kind::Role, &home, &name, role(0)));
    deltas.push(upsert(Kind::RoleBinding, &home, &name, binding(number, 0)));
    deltas.push(upsert(
        Kind::Deployment,
        &home,
        &name,
        deployment(number, &spec),
    ));
    deltas.push(upsert(Kind::ReplicaSet, &home, &set, replica_set));
    for replica in 0..REPLICAS {
        let pod = pod(number, &spec, now);
        deltas.push(upsert(Kind::Pod, &home, &format!("{set}-{replica}"), pod));
    }
    deltas
}

fn upsert(kind: Kind, namespace: &str, name: &str, object: Value) -> Delta {
    let meta = object.get("metadata").cloned().unwrap_or_else(|| json!({}));
    let meta = merged(meta, json!({"name": name, "namespace": namespace}));
    let object = merged(object, json!({"metadata": meta}));
    let object = decode(kind, &object.to_string(), assay_checks::extractors());
    Delta::Upsert {
        kind,
        key: ObjectKey::new(namespace, name),
        object: Ok(Box::new(object.expect("an object of its kind"))),
    }
}

/// The fields of both; the second wins.
fn merged(base: Value, over: Value) -> Value {
    let (Value::Object(mut base), Value::Object(over)) = (base, over.clone()) else {
        return over;
    };
    base.extend(over);
    Value::Object(base)
}

/// A spec as large as real ones are, of this release. One in ten is flawed.
fn pod_spec(name: &str, release: u32) -> Value {
    let env: Vec<Value> = (0..20)
        .map(|at| json!({"name": format!("SETTING_{at}"), "value": format!("setting {at} of {name}")}))
        .collect();
    let container = |container: &str| {
        json!({
            "name": container,
            "image": format!("registry.example.com/team/{name}-{container}:1.4.{release}@sha256:{release:064x}"),
            "env": env,
            "ports": [{"containerPort": 8080, "name": "http"}],
            "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"cpu": "500m", "memory": "256Mi"}},
            "securityContext": {"privileged": release.is_multiple_of(10), "runAsNonRoot": true, "runAsUser": 10001,
                "capabilities": {"drop": ["ALL"]}, "seccompProfile": {"type": "RuntimeDefault"}},
            "volumeMounts": [{"name": "config", "mountPath": "/etc/app"}],
        })
    };
    json!({
        "serviceAccountName": name,
        "containers": [container("app"), container("proxy")],
        "volumes": [{"name": "config", "configMap": {"name": format!("{name}-config")}}],
    })
}
