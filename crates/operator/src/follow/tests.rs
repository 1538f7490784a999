//! The loop, beside an API server that does not answer.

use std::net::TcpListener;

use assay_inventory::{
    AnonymousProbe, Blind, EndpointAnswers, Evidence, EvidenceKey, Fact, Reason,
};
use kube::Config;
use serde_json::{Value, json};

use super::*;
use crate::serve::CollectorLabels;

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

/// All profiles are known, and there is one.
fn see_the_profile(follower: &mut Follower) {
    for event in [
        Event::Init,
        Event::InitApply(profile(&json!({}))),
        Event::InitDone,
    ] {
        follower.take_profile(event);
    }
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
async fn the_first_pass_waits_for_each_kind_and_each_source() {
    let (mut follower, _ends) = follower(Role::Standby);
    see_the_profile(&mut follower);
    let now = follower.started;
    let all = || {
        let kinds = Kind::ALL.into_iter().map(Delta::Listed);
        kinds.chain(EvidenceKind::ALL.into_iter().map(Delta::RoundEnded))
    };
    for (missing, last) in all().enumerate() {
        follower.inventory = Inventory::new(now);
        let others = all().enumerate().filter(|(at, _)| *at != missing);
        follower.fold(&mut others.map(|(_, delta)| delta).collect(), now);
        assert!(!follower.first_pass_is_over(now), "{last:?} is missing");
        assert!(follower.first_pass_is_over(now + FIRST_PASS), "{last:?}");
        follower.fold(&mut vec![last.clone()], now);
        assert!(follower.first_pass_is_over(now), "{last:?} was the last");
    }
    follower.take_profile(Event::Delete(profile(&json!({}))));
    assert!(!follower.first_pass_is_over(now + FIRST_PASS), "for nobody");
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

#[tokio::test]
async fn who_wins_the_lease_back_takes_over_anew() {
    let (mut follower, ends) = follower(Role::Leader { epoch: 1 });
    follower.leading = Some(1);
    follower.take_role();
    assert_eq!(ends.metrics.leader.get(), 1);
    for (role, reading) in [(Role::Standby, 0), (Role::Leader { epoch: 1 }, 1)] {
        ends.role.send(role).unwrap();
        follower.take_role();
        assert_eq!(follower.takeover.reading.len(), reading);
        assert_eq!(ends.metrics.leader.get(), 0);
    }
}

#[tokio::test]
async fn a_source_that_fails_is_told_of_though_no_verdict_changes() {
    let (mut follower, ends) = follower(Role::Standby);
    see_the_profile(&mut follower);
    let answers = EndpointAnswers {
        address: "192.0.2.1:6443".into(),
        livez: 200,
        version: 401,
        api: 401,
    };
    let told = || {
        Delta::Collected(Evidence {
            about: "".into(),
            at: Utc::now(),
            fact: Fact::AnonymousProbe(AnonymousProbe {
                endpoints: vec![answers.clone()],
                silent: Vec::new(),
            }),
        })
    };
    let silent = || Delta::NotCollected {
        key: EvidenceKey::cluster(EvidenceKind::AnonymousProbe),
        blind: Blind::new(Reason::Unreachable, "does not answer"),
    };
    let labels = CollectorLabels {
        profile: "pci".to_owned(),
        collector: "anonymous-probe".to_owned(),
    };
    // What was told last stands for a while, so that no outcome changes with the second and the third.
    for (delta, failing) in [(told(), 0), (silent(), 1), (told(), 0)] {
        let now = Utc::now();
        follower.fold(&mut vec![delta], now);
        while follower.settle(now) {}
        follower.render(now).await.unwrap();
        let gauge = ends.metrics.failing.get_or_create(&labels).get();
        assert_eq!(gauge, failing);
    }
}
