//! How many are asked at once, and who is asked when.

use std::sync::atomic::{AtomicUsize, Ordering};

use assay_inventory::{ObjectKey, PlainPort, Reason, decode};
use tokio::sync::mpsc;

use super::*;
use crate::nodes::Kubelet;

/// Answers for no node whose address ends in 0, and counts how many it is asked for at once.
#[derive(Default)]
struct Counting {
    now: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

struct UnderWay(Arc<AtomicUsize>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl EachCollector for Counting {
    type Of = Kubelet;
    const SOURCE: EvidenceKind = EvidenceKind::KubeletConfig;
    const INTERVAL: Duration = Duration::from_mins(5);

    async fn collect(&self, kubelet: &Kubelet) -> Result<Fact, Blind> {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        // Counted down as well where nobody waits for the answer any more.
        let _under_way = UnderWay(Arc::clone(&self.now));
        let hangs = kubelet.address().unwrap_or_default().ends_with('0');
        tokio::time::sleep(Duration::from_millis(if hangs { 600_000 } else { 20 })).await;
        Err(Blind::new(Reason::Unreachable, "answered"))
    }
}

fn wants() -> Wants {
    let wanted = Wanted {
        max_age: Duration::from_mins(15),
        ..Wanted::default()
    };
    watch::channel(Some(wanted)).1
}

fn add(nodes: &Each<Kubelet>, number: usize) {
    let json = format!(
        r#"{{"metadata":{{"name":"n{number}"}},"status":{{"conditions":[{{"type":"Ready","status":"True",
        "lastTransitionTime":"2026-11-20T10:00:00Z"}}],"addresses":[{{"type":"InternalIP","address":"192.0.2.{number}"}}]}}}}"#
    );
    nodes.note(News::of(&Delta::Upsert {
        kind: Kind::Node,
        key: ObjectKey::new("", format!("n{number}")),
        object: decode(Kind::Node, &json, &[]).map(Box::new),
    }));
}

#[tokio::test(start_paused = true)]
async fn many_nodes_are_asked_a_few_at_once_and_those_that_hang_hold_up_nobody() {
    let nodes = Each::new();
    (0..1000).for_each(|number| add(&nodes, number));
    nodes.note(Some(News::ListEnds));
    let collector = Counting::default();
    let most = Arc::clone(&collector.most);
    let (send, mut deltas) = mpsc::channel(16);
    let asking = tokio::spawn(run(collector, nodes, wants(), send));
    let mut told = std::collections::BTreeSet::new();
    let mut silent = 0;
    loop {
        match deltas.recv().await.unwrap() {
            Delta::RoundEnded(_) => break,
            Delta::NotCollected { key, blind } => {
                silent += usize::from(blind.message.contains("does not answer"));
                told.insert(key.about);
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(told.len(), 1000);
    assert!(silent >= 100, "a tenth of them hang: {silent}");
    assert_eq!(most.load(Ordering::SeqCst), Kubelet::AT_ONCE);
    asking.abort();
}

/// Nobody answers.
struct Hanging;

impl EachCollector for Hanging {
    type Of = Kubelet;
    const SOURCE: EvidenceKind = EvidenceKind::KubeletConfig;
    const INTERVAL: Duration = Duration::from_mins(5);

    async fn collect(&self, _: &Kubelet) -> Result<Fact, Blind> {
        std::future::pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_is_asked_again_before_everybody_else_was() {
    let nodes = Each::new();
    let all = 10 * Kubelet::AT_ONCE;
    (0..all).for_each(|number| add(&nodes, number));
    nodes.note(Some(News::ListEnds));
    let (send, mut deltas) = mpsc::channel(16);
    tokio::spawn(run(Hanging, nodes, wants(), send));
    for round in 0..3 {
        let mut told = std::collections::BTreeSet::new();
        while told.len() < all {
            match deltas.recv().await.unwrap() {
                Delta::RoundEnded(_) => {}
                Delta::NotCollected { key, .. } => {
                    let name = key.about;
                    assert!(told.insert(Arc::clone(&name)), "{round}: {name} again");
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

#[test]
fn who_is_gone_shows_when_a_list_is_whole() {
    let nodes: Each<Kubelet> = Each::new();
    let known = || {
        let ready = nodes.ready(|_| true).into_iter();
        let changes = ready.map(|(name, present)| (name.to_string(), present.change));
        changes.collect::<Vec<_>>()
    };
    add(&nodes, 1);
    add(&nodes, 2);
    nodes.note(Some(News::ListEnds));
    let before = known();
    nodes.note(Some(News::ListBegins));
    add(&nodes, 1);
    nodes.note(Some(News::NoList));
    assert_eq!(known(), before, "the list broke off");
    nodes.note(Some(News::ListBegins));
    add(&nodes, 1);
    nodes.note(Some(News::ListEnds));
    assert_eq!(known(), before[..1], "who was listed has not changed");
}

/// Answers at once, and only where strangers' questions are wanted.
struct Stranger;

impl EachCollector for Stranger {
    type Of = Kubelet;
    const SOURCE: EvidenceKind = EvidenceKind::KubeletProbe;
    const INTERVAL: Duration = Duration::from_mins(5);

    fn is_wanted(wanted: &Wanted, _: &Kubelet) -> bool {
        wanted.kubelet_probe
    }

    async fn collect(&self, _: &Kubelet) -> Result<Fact, Blind> {
        Err(Blind::new(Reason::Unreachable, "asked"))
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_is_asked_what_no_profile_wants() {
    let nodes = Each::new();
    add(&nodes, 1);
    nodes.note(Some(News::ListEnds));
    let (tell, wants) = watch::channel(None);
    let (send, mut deltas) = mpsc::channel(16);
    tokio::spawn(run(Stranger, nodes, wants, send));
    let hour = Duration::from_hours(1);
    let says = tokio::time::timeout(hour, deltas.recv()).await;
    assert!(says.is_err(), "no profile is known yet: {says:?}");
    let wanted = |kubelet_probe| {
        Some(Wanted {
            max_age: hour,
            kubelet_probe,
            ..Wanted::default()
        })
    };
    tell.send_replace(wanted(false));
    assert!(matches!(deltas.recv().await, Some(Delta::RoundEnded(_))));
    let says = tokio::time::timeout(hour, deltas.recv()).await;
    assert!(says.is_err(), "no profile wants it: {says:?}");
    tell.send_replace(wanted(true));
    assert!(matches!(
        deltas.recv().await,
        Some(Delta::NotCollected { .. })
    ));
}

#[tokio::test(start_paused = true)]
async fn the_first_round_ends_where_nodes_may_not_be_listed() {
    let nodes = Each::new();
    nodes.note(News::of(&Delta::Lost {
        kind: Kind::Node,
        reason: Reason::Forbidden,
        at: chrono::Utc::now(),
        message: "forbidden".into(),
    }));
    let (send, mut deltas) = mpsc::channel(16);
    tokio::spawn(run(Counting::default(), nodes, wants(), send));
    assert!(matches!(deltas.recv().await, Some(Delta::RoundEnded(_))));
}

#[tokio::test(start_paused = true)]
async fn one_that_has_changed_is_asked_again_soon_and_one_that_has_not_when_it_is_due() {
    let nodes = Each::new();
    add(&nodes, 1);
    nodes.note(Some(News::ListEnds));
    let (send, mut deltas) = mpsc::channel(16);
    tokio::spawn(run(Willing, nodes.clone(), wants(), send));
    let begun = Instant::now();
    assert!(matches!(deltas.recv().await, Some(Delta::Collected(_))));
    assert!(matches!(deltas.recv().await, Some(Delta::RoundEnded(_))));
    tokio::time::sleep(Duration::from_secs(10)).await;
    // Seen again as it was, and then otherwise and as it was.
    add(&nodes, 1);
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert!(deltas.try_recv().is_err(), "nothing has changed");
    nodes.note(Some(News::Gone("n1".into())));
    add(&nodes, 1);
    assert!(matches!(deltas.recv().await, Some(Delta::Collected(_))));
    assert!(begun.elapsed() < Duration::from_secs(23));
    assert!(matches!(deltas.recv().await, Some(Delta::Collected(_))));
    assert!(begun.elapsed() > Duration::from_mins(5));
}

/// Answers at once.
struct Willing;

impl EachCollector for Willing {
    type Of = Kubelet;
    const SOURCE: EvidenceKind = EvidenceKind::KubeletProbe;
    const INTERVAL: Duration = Duration::from_mins(5);

    async fn collect(&self, _: &Kubelet) -> Result<Fact, Blind> {
        Ok(Fact::KubeletProbe(assay_inventory::KubeletProbe {
            pods: 401,
            read_only: Ok(PlainPort::Closed),
            health: Ok(PlainPort::Closed),
            proxy: Ok(PlainPort::Closed),
        }))
    }
}
