//! The loop, beside an API server that does not answer.

use std::net::TcpListener;

use kube::Config;
use serde_json::{Value, json};

use super::*;

/// What the loop is fed with and what it tells, kept open.
struct Ends {
    _silent: TcpListener,
    _deltas: mpsc::Sender<Delta>,
    _orders: mpsc::Receiver<Order>,
    role: watch::Sender<Role>,
    profiles: mpsc::Sender<Event<SeenProfile>>,
    wanted: watch::Receiver<Option<Wanted>>,
    metrics: Arc<Metrics>,
}

/// A loop past its first pass. Its API server takes connections, and says nothing.
fn follower(role: Role) -> (Follower, Ends) {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap();
    let mut config = Config::new(format!("http://{address}").parse().unwrap());
    // No certificate is looked at, and a machine may be without authorities.
    config.root_cert = Some(Vec::new());
    let (deltas, deltas_in) = mpsc::channel(1);
    let (profiles, profiles_in) = mpsc::channel(16);
    let (orders, orders_in) = mpsc::channel(1024);
    let (role, role_seen) = watch::channel(role);
    let (wants, wanted) = watch::channel(None);
    let metrics = Arc::new(Metrics::new());
    let follower = Follower {
        client: assay_watch::client(config).unwrap(),
        home: "assay-system".to_owned(),
        deltas: deltas_in,
        profiles: profiles_in,
        orders,
        wants,
        role: role_seen,
        metrics: Arc::clone(&metrics),
        inventory: Inventory::new(Utc::now()),
        started: Utc::now(),
        assessments: BTreeMap::new(),
        listed: Some(BTreeSet::new()),
        past_first: true,
        evidence_came: false,
        leading: None,
        takeover: Takeover::default(),
    };
    let ends = Ends {
        _silent: silent,
        _deltas: deltas,
        _orders: orders_in,
        role,
        profiles,
        wanted,
        metrics,
    };
    (follower, ends)
}

fn profile(spec: &Value) -> SeenProfile {
    let metadata = json!({"name": "pci", "uid": "1"});
    serde_json::from_value(json!({"metadata": metadata, "spec": spec})).unwrap()
}

#[tokio::test]
async fn taking_over_holds_nothing_up() {
    let (follower, mut ends) = follower(Role::Leader { epoch: 1 });
    let (stop, stopped) = watch::channel(false);
    let following = tokio::spawn(follower.run(stopped));
    let passed = async {
        for _ in 0..3 {
            for event in [Event::Init, Event::InitDone] {
                ends.profiles.send(event).await.unwrap();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        ends.wanted.wait_for(Option::is_some).await.unwrap();
        assert_eq!(ends.metrics.leader.get(), 0, "it does not write yet");
        stop.send(true).unwrap();
        following.await.unwrap().unwrap();
    };
    tokio::time::timeout(Duration::from_secs(20), passed)
        .await
        .unwrap();
}

#[tokio::test]
async fn what_no_profile_wants_any_more_is_no_longer_asked() {
    let (mut follower, ends) = follower(Role::Standby);
    let wanted = || ends.wanted.borrow().clone();
    let wanting = || profile(&json!({"parameters": {"secretTypes": true, "maxEvidenceAge": "5m"}}));
    follower.take_profile(Event::Init);
    follower.take_profile(Event::InitApply(wanting()));
    assert_eq!(wanted(), None, "not all profiles are known");
    follower.take_profile(Event::InitDone);
    let secrets = Some(Wanted {
        max_age: Duration::from_mins(5),
        secret_types: true,
        ..Wanted::default()
    });
    assert_eq!(wanted(), secrets);
    // One that cannot be read wants what it did.
    let unread = profile(&json!({"parameters": {"secretTypes": "ask"}}));
    follower.take_profile(Event::Apply(unread));
    assert_eq!(wanted(), secrets);
    assert!(follower.assessments["pci"].error.is_some());
    follower.take_profile(Event::Delete(wanting()));
    assert_eq!(wanted(), Some(Wanted::default()));
}

#[tokio::test]
async fn who_has_lost_the_lease_reads_no_further() {
    let (mut follower, ends) = follower(Role::Leader { epoch: 1 });
    follower.take_role();
    follower.take_role();
    assert_eq!(follower.takeover.reading.len(), 1);
    follower.leading = Some(1);
    follower.take_role();
    assert_eq!(follower.takeover.reading.len(), 0);
    assert_eq!(ends.metrics.leader.get(), 1);
    ends.role.send(Role::Leader { epoch: 2 }).unwrap();
    follower.take_role();
    assert_eq!(ends.metrics.leader.get(), 0);
    assert_eq!(follower.takeover.reading.len(), 1);
    ends.role.send(Role::Standby).unwrap();
    follower.take_role();
    assert_eq!(follower.takeover.reading.len(), 0);
}
