//! Wiring: who watches, who judges, who writes, and how they end.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use assay_api::{ComplianceFindings, ComplianceProfile, ComplianceProfileSpec, ComplianceReport};
use assay_inventory::{Changes, Inventory};
use assay_watch::{Asker, Backoff, ListStrategy, watch_everything};
use chrono::Utc;
use futures::{StreamExt, TryStreamExt};
use kube::api::{ListParams, PartialObjectMeta, PostParams};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::runtime::watcher::{self, Event, watcher};
use kube::{Api, Client, Config, Resource, ResourceExt};
use serde::de::DeserializeOwned;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, oneshot, watch};

use crate::args::Args;
use crate::assessment::SeenProfile;
use crate::follow::{Follower, Takeover};
use crate::lease::{Candidate, Role, Tenure};
use crate::publish::{Order, Target, Writer};
use crate::restore::Standing;
use crate::serve::{Metrics, serve};

/// The profile that is created where there is none.
const DEFAULT_PROFILE: &str = "pci";
/// Longest a connection may take to open.
const CONNECT: Duration = Duration::from_secs(10);
/// Longest a watch may say nothing. The API server sends bookmarks about every minute: a connection silent for longer is
/// dead, though nobody told us, and what it would have shown is not seen.
const SILENCE: Duration = Duration::from_secs(150);
/// How long the last writes may take after SIGTERM.
const FLUSH: Duration = Duration::from_secs(5);

/// Runs until a signal.
pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
    let metrics = Arc::new(Metrics::new());
    serve(args.listen, Arc::clone(&metrics)).await?;
    let config = config(&args).await?;
    let client = assay_watch::client(config.clone()).context("cannot build a client")?;
    let version = retried("reading the API server's version", || {
        client.apiserver_version()
    })
    .await;
    tracing::info!(server = version.git_version, "the API server answers");
    let standing = retried_any("reading what stands", || Standing::read(&client)).await;
    let epoch = standing.epoch();
    let mut inventory = Inventory::new(Utc::now());
    for delta in standing.logins() {
        // Nobody judges yet whom it could concern.
        inventory.apply(delta, &mut Changes::default());
    }
    drop(standing);

    let (deltas, deltas_in) = mpsc::channel(1024);
    let (profiles, profiles_in) = mpsc::channel(64);
    let (orders, orders_in) = mpsc::channel(16 * 1024);
    let (role, role_seen) = watch::channel(Role::Standby);
    let (wants, wanted) = watch::channel(None);
    let (stop, stopped) = watch::channel(false);

    let strategy = ListStrategy::for_server(&version.major, &version.minor);
    let _watches = watch_everything(
        &client,
        &config,
        Asker::Operator {
            home: args.namespace.clone(),
        },
        strategy,
        assay_checks::extractors(),
        &wanted,
        &deltas,
    );
    drop(deltas);
    tokio::spawn(watch_profiles(client.clone(), profiles));
    tokio::spawn(watch_ours(
        Api::<PartialObjectMeta<ComplianceReport>>::all(client.clone()),
        |object| Target::Report(object.name_any()),
        |target| matches!(target, Target::Report(_)),
        orders.clone(),
    ));
    tokio::spawn(watch_ours(
        Api::<PartialObjectMeta<ComplianceFindings>>::all(client.clone()),
        |object| Target::Findings(object.namespace().unwrap_or_default(), object.name_any()),
        |target| matches!(target, Target::Findings(..)),
        orders.clone(),
    ));
    let identity = args.identity.clone().unwrap_or_else(own_identity);
    tokio::spawn(
        Writer::new(
            client.clone(),
            Tenure::new(client.clone(), &args.namespace, identity.clone()),
            orders_in,
            role_seen.clone(),
            Arc::clone(&metrics),
        )
        .run(),
    );
    let candidate = Candidate::new(client.clone(), &args.namespace, identity, epoch);
    let (resign, resigned) = watch::channel(false);
    let lease = tokio::spawn(candidate.run(role, resigned));

    let follower = Follower {
        client,
        home: args.namespace,
        deltas: deltas_in,
        profiles: profiles_in,
        orders: orders.clone(),
        wants,
        role: role_seen,
        metrics,
        inventory,
        started: Utc::now(),
        assessments: BTreeMap::new(),
        listed: Some(BTreeSet::default()),
        past_first: false,
        evidence_came: false,
        leading: None,
        takeover: Takeover::default(),
    };
    let following = tokio::spawn(follower.run(stopped));
    tokio::select! {
        signal = signalled() => tracing::info!(signal = signal?, "stopping"),
        () = stop.closed() => {}
    }
    let _ = stop.send(true);
    let outcome = following.await.context("the loop panicked")?;
    flush(&orders).await;
    let _ = resign.send(true);
    let _ = tokio::time::timeout(FLUSH, lease).await;
    outcome
}

async fn config(args: &Args) -> anyhow::Result<Config> {
    let mut config = match &args.kubeconfig {
        Some(path) => {
            let kubeconfig = Kubeconfig::read_from(path)
                .with_context(|| format!("cannot read kubeconfig {}", path.display()))?;
            Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default())
                .await
                .with_context(|| format!("cannot use kubeconfig {}", path.display()))?
        }
        None => Config::infer().await.context(
            "no ServiceAccount is mounted and no kubeconfig is found; give --kubeconfig",
        )?,
    };
    config.connect_timeout = Some(CONNECT);
    config.read_timeout = Some(SILENCE);
    Ok(config)
}

/// A name no other replica has: the host's, with a few random digits.
fn own_identity() -> String {
    use std::hash::{BuildHasher, Hasher, RandomState};
    let host = std::env::var("HOSTNAME").unwrap_or_else(|_| "assay-operator".to_owned());
    format!(
        "{host}-{:08x}",
        RandomState::new().build_hasher().finish() >> 32
    )
}

/// Tries until it works: an operator that starts before its API server waits for it.
async fn retried<T, F>(what: &str, mut attempt: impl FnMut() -> F) -> T
where
    F: Future<Output = kube::Result<T>>,
{
    retried_any(what, || {
        let attempt = attempt();
        async { attempt.await.map_err(anyhow::Error::from) }
    })
    .await
}

/// The same for what fails in more ways.
pub(crate) async fn retried_any<T, F>(what: &str, mut attempt: impl FnMut() -> F) -> T
where
    F: Future<Output = anyhow::Result<T>>,
{
    let mut backoff = Backoff::new(Duration::from_millis(250), Duration::from_secs(10));
    loop {
        match attempt().await {
            Ok(done) => return done,
            Err(error) => {
                tracing::warn!(error = format!("{error:#}"), "{what} failed; trying again");
            }
        }
        tokio::time::sleep(backoff.next_wait()).await;
    }
}

/// Follows the profiles. Creates the default one where there is none, at the start alone: one that somebody deletes later
/// is gone because he wants it so.
async fn watch_profiles(client: Client, events: mpsc::Sender<Event<SeenProfile>>) {
    let api: Api<SeenProfile> = Api::all(client.clone());
    let mut backoff = Backoff::new(Duration::from_millis(400), Duration::from_secs(15));
    let mut has_default = false;
    loop {
        if !has_default {
            match create_default(&client).await {
                Ok(()) => has_default = true,
                Err(error) => {
                    tracing::warn!(%error, "the default ComplianceProfile cannot be created");
                }
            }
        }
        let begun = Instant::now();
        let mut stream = watcher(api.clone(), watcher::Config::default()).boxed();
        loop {
            match stream.try_next().await {
                Ok(Some(event)) => {
                    if events.send(event).await.is_err() {
                        return;
                    }
                }
                Ok(None) => break,
                Err(error) => {
                    tracing::warn!(%error, "profiles cannot be watched; trying again");
                    break;
                }
            }
        }
        backoff.lasted(begun.elapsed());
        tokio::time::sleep(backoff.next_wait()).await;
    }
}

async fn create_default(client: &Client) -> kube::Result<()> {
    // One that this version cannot read is there all the same.
    let all: Api<PartialObjectMeta<ComplianceProfile>> = Api::all(client.clone());
    let any = all.list(&ListParams::default().limit(1)).await?;
    if any.items.is_empty() {
        let api: Api<ComplianceProfile> = Api::all(client.clone());
        let profile = ComplianceProfile::new(DEFAULT_PROFILE, ComplianceProfileSpec::default());
        match api.create(&PostParams::default(), &profile).await {
            Ok(_) => tracing::info!(profile = DEFAULT_PROFILE, "created the default profile"),
            Err(kube::Error::Api(status)) if status.code == 409 => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Tells the writer what happens to its objects, so that a report somebody deletes or edits comes back.
async fn watch_ours<K>(
    api: Api<PartialObjectMeta<K>>,
    target: fn(&PartialObjectMeta<K>) -> Target,
    is_listed: fn(&Target) -> bool,
    orders: mpsc::Sender<Order>,
) where
    K: Resource<DynamicType = ()> + Clone + DeserializeOwned + std::fmt::Debug + Send + 'static,
{
    let mut backoff = Backoff::new(Duration::from_millis(400), Duration::from_secs(15));
    loop {
        let begun = Instant::now();
        let mut stream = watcher(api.clone(), watcher::Config::default()).boxed();
        let mut listed = BTreeSet::new();
        loop {
            let order = match stream.try_next().await {
                Ok(Some(Event::Init)) => {
                    listed.clear();
                    continue;
                }
                // A list tells what was written while nobody watched.
                Ok(Some(Event::InitApply(object))) => {
                    let target = target(&object);
                    listed.insert(target.clone());
                    Order::Seen(target, object.resource_version())
                }
                Ok(Some(Event::Apply(object))) => {
                    Order::Seen(target(&object), object.resource_version())
                }
                Ok(Some(Event::Delete(object))) => Order::Seen(target(&object), None),
                // And by what it lacks, what was deleted.
                Ok(Some(Event::InitDone)) => Order::Listed(is_listed, std::mem::take(&mut listed)),
                Ok(None) => break,
                Err(error) => {
                    tracing::warn!(%error, "our own objects cannot be watched; trying again");
                    break;
                }
            };
            if orders.send(order).await.is_err() {
                return;
            }
        }
        backoff.lasted(begun.elapsed());
        tokio::time::sleep(backoff.next_wait()).await;
    }
}

async fn signalled() -> anyhow::Result<&'static str> {
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for SIGINT")?;
    tokio::select! {
        _ = terminate.recv() => Ok("SIGTERM"),
        _ = interrupt.recv() => Ok("SIGINT"),
    }
}

async fn flush(orders: &mpsc::Sender<Order>) {
    let (done, flushed) = oneshot::channel();
    let asked = async {
        orders.send(Order::Flush(done)).await.ok()?;
        flushed.await.ok()
    };
    if tokio::time::timeout(FLUSH, asked).await.is_err() {
        tracing::warn!("not everything could be written before the end");
    }
}
