//! Nodes one by one: asking each kubelet in its turn, so that neither a large cluster nor a kubelet that hangs stalls or
//! floods anything.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use assay_inventory::view::{Node, Object, Text};
use assay_inventory::{Blind, Delta, EvidenceKey, EvidenceKind, Fact, Kind, Reason};
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use tokio::sync::mpsc::Sender;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::Backoff;
use crate::collector::delta;
use crate::wanted::{Wanted, Wants, interval};

/// The port of a kubelet that has not told its own.
const KUBELET_PORT: u16 = 10250;
/// Nodes asked at once.
const CONCURRENCY: usize = 16;
/// Longest a node may take to answer, connecting included.
const TIMEOUT: Duration = Duration::from_secs(10);
/// A node that does not answer is asked again after this long at first.
const RETRY: Duration = Duration::from_secs(15);

/// Where a kubelet listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kubelet {
    /// The Node's `InternalIP`; `None` where it has none.
    address: Option<Text>,
    /// Its port.
    pub(crate) port: u16,
    /// Whether the Node is Ready: others are not asked.
    ready: bool,
}

impl Kubelet {
    /// Where to ask it.
    pub(crate) fn address(&self) -> Result<&str, Blind> {
        self.address.as_deref().ok_or_else(|| {
            Blind::new(
                Reason::Unreachable,
                "the Node has no address of type InternalIP to ask its kubelet at",
            )
        })
    }
}

impl From<&Node> for Kubelet {
    fn from(node: &Node) -> Self {
        Self {
            address: node.internal_ip.clone(),
            port: match node.kubelet_port {
                0 => KUBELET_PORT,
                port => port,
            },
            ready: node.ready_since.is_some(),
        }
    }
}

/// What a delta says of nodes.
pub(crate) enum NodeNews {
    There(Text, Kubelet),
    Gone(Text),
    ListBegins,
    /// Or there will be none.
    ListEnds,
}

impl NodeNews {
    /// What there is in a delta; nothing in those of other kinds.
    pub(crate) fn of(delta: &Delta) -> Option<Self> {
        match delta {
            Delta::Upsert {
                kind: Kind::Node,
                key,
                object: Ok(object),
            } => match object.as_ref() {
                Object::Node(node) => Some(Self::There(key.name.clone(), node.into())),
                _ => None,
            },
            Delta::Delete {
                kind: Kind::Node,
                key,
            } => Some(Self::Gone(key.name.clone())),
            Delta::Relist(Kind::Node) => Some(Self::ListBegins),
            Delta::Listed(Kind::Node)
            | Delta::Lost {
                kind: Kind::Node, ..
            } => Some(Self::ListEnds),
            _ => None,
        }
    }
}

/// The cluster's nodes, as the watch of them tells.
#[derive(Debug, Clone)]
pub(crate) struct Nodes {
    known: Arc<Mutex<BTreeMap<Text, Kubelet>>>,
    /// Whether the first list is whole, or was refused.
    listed: Arc<watch::Sender<bool>>,
}

impl Nodes {
    /// No nodes.
    pub(crate) fn new() -> Self {
        Self {
            known: Arc::default(),
            listed: Arc::new(watch::channel(false).0),
        }
    }

    /// Notes what the watch of nodes has said. Only after the delta itself was sent: an answer must not overtake the node it
    /// is about.
    pub(crate) fn note(&self, news: Option<NodeNews>) {
        let Some(news) = news else {
            return;
        };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        match news {
            NodeNews::There(name, kubelet) => {
                known.insert(name, kubelet);
            }
            NodeNews::Gone(name) => {
                known.remove(&name);
            }
            NodeNews::ListBegins => known.clear(),
            NodeNews::ListEnds => {
                self.listed.send_replace(true);
            }
        }
    }

    fn ready(&self) -> BTreeMap<Text, Kubelet> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let ready = known.iter().filter(|(_, kubelet)| kubelet.ready);
        ready
            .map(|(name, kubelet)| (name.clone(), kubelet.clone()))
            .collect()
    }
}

/// A source that tells of each node for itself.
pub(crate) trait NodeCollector: Send + Sync + 'static {
    /// The source.
    const SOURCE: EvidenceKind;
    /// Time between two questions to a node that answers.
    const INTERVAL: Duration;

    /// Whether the profiles want it asked at all.
    fn is_wanted(_: Wanted) -> bool {
        true
    }

    /// Asks one node once.
    fn collect(&self, kubelet: &Kubelet) -> impl Future<Output = Result<Fact, Blind>> + Send;
}

/// When a node is asked next.
struct Turn {
    /// When it was asked last; `None` if it never was.
    asked: Option<Instant>,
    /// How long to wait after that, where it did not answer.
    retry: Option<Duration>,
    backoff: Backoff,
    under_way: bool,
}

impl Turn {
    fn is_due(&self, now: Instant, interval: Duration) -> bool {
        let wait = self.retry.map_or(interval, |retry| retry.min(interval));
        !self.under_way && self.asked.is_none_or(|asked| asked + wait <= now)
    }
}

/// Asks every node that is Ready round by round, until nobody listens. New nodes are asked at once; the others are spread
/// over the interval as their answers came. Nobody is asked before it is known what the profiles want.
pub(crate) async fn run<C: NodeCollector>(
    collector: C,
    nodes: Nodes,
    mut wants: Wants,
    deltas: Sender<Delta>,
) {
    let mut listed = nodes.listed.subscribe();
    if listed.wait_for(|listed| *listed).await.is_err()
        || wants.wait_for(Option::is_some).await.is_err()
    {
        return;
    }
    let mut turns: BTreeMap<Text, Turn> = BTreeMap::new();
    let mut asked = FuturesUnordered::new();
    let mut first_round = true;
    let mut tick = tokio::time::interval(Duration::from_secs(1));
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        let wanted = *wants.borrow();
        let interval = interval(C::INTERVAL, wanted);
        let ready = if wanted.is_some_and(C::is_wanted) {
            nodes.ready()
        } else {
            BTreeMap::new()
        };
        let names: Vec<Text> = if first_round {
            ready.keys().cloned().collect()
        } else {
            Vec::new()
        };
        turns.retain(|name, turn| turn.under_way || ready.contains_key(name));
        let now = Instant::now();
        for (name, kubelet) in ready {
            if asked.len() >= CONCURRENCY {
                break;
            }
            let turn = turns.entry(name.clone()).or_insert_with(|| Turn {
                asked: None,
                retry: None,
                backoff: Backoff::new(RETRY, C::INTERVAL),
                under_way: false,
            });
            if turn.is_due(now, interval) {
                turn.under_way = true;
                let collector = &collector;
                asked.push(async move { (name, ask(collector, &kubelet).await) });
            }
        }
        let has_answered = |name: &Text| turns.get(name).is_some_and(|turn| turn.asked.is_some());
        if first_round && names.iter().all(has_answered) {
            first_round = false;
            if deltas.send(Delta::RoundEnded(C::SOURCE)).await.is_err() {
                return;
            }
        }
        tokio::select! {
            Some((name, answer)) = asked.next() => {
                if let Some(turn) = turns.get_mut(&name) {
                    turn.under_way = false;
                    turn.asked = Some(Instant::now());
                    turn.retry = match &answer {
                        Ok(_) => {
                            turn.backoff.reset();
                            None
                        }
                        Err(_) => Some(turn.backoff.next_wait()),
                    };
                }
                let key = EvidenceKey::node(C::SOURCE, &name);
                if deltas.send(delta(key, answer)).await.is_err() {
                    return;
                }
            }
            _ = tick.tick() => {}
            () = deltas.closed() => return,
        }
    }
}

async fn ask<C: NodeCollector>(collector: &C, kubelet: &Kubelet) -> Result<Fact, Blind> {
    tokio::time::timeout(TIMEOUT, collector.collect(kubelet))
        .await
        .unwrap_or_else(|_| {
            Err(Blind::new(
                Reason::Unreachable,
                format!(
                    "its kubelet does not answer within {} s on port {}; allow Assay's pods to reach it",
                    TIMEOUT.as_secs(),
                    kubelet.port
                ),
            ))
        })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use assay_inventory::{ObjectKey, decode};
    use tokio::sync::mpsc;

    use super::*;

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

    impl NodeCollector for Counting {
        const SOURCE: EvidenceKind = EvidenceKind::KubeletConfig;
        const INTERVAL: Duration = Duration::from_mins(5);

        async fn collect(&self, kubelet: &Kubelet) -> Result<Fact, Blind> {
            let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(now, Ordering::SeqCst);
            // Counted down as well where nobody waits for the answer any more.
            let _under_way = UnderWay(Arc::clone(&self.now));
            let hangs = kubelet
                .address
                .as_deref()
                .unwrap_or_default()
                .ends_with('0');
            tokio::time::sleep(Duration::from_millis(if hangs { 600_000 } else { 20 })).await;
            Err(Blind::new(Reason::Unreachable, "answered"))
        }
    }

    fn wants() -> Wants {
        watch::channel(Some(Wanted::once())).1
    }

    fn add(nodes: &Nodes, number: usize) {
        let json = format!(
            r#"{{"metadata":{{"name":"n{number}"}},"status":{{"conditions":[{{"type":"Ready","status":"True",
            "lastTransitionTime":"2026-11-20T10:00:00Z"}}],"addresses":[{{"type":"InternalIP","address":"192.0.2.{number}"}}]}}}}"#
        );
        nodes.note(NodeNews::of(&Delta::Upsert {
            kind: Kind::Node,
            key: ObjectKey::new("", format!("n{number}")),
            object: decode(Kind::Node, &json, &[]).map(Box::new),
        }));
    }

    #[tokio::test(start_paused = true)]
    async fn many_nodes_are_asked_a_few_at_once_and_those_that_hang_hold_up_nobody() {
        let nodes = Nodes::new();
        (0..1000).for_each(|number| add(&nodes, number));
        nodes.note(Some(NodeNews::ListEnds));
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
                    told.insert(key.node);
                }
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(told.len(), 1000);
        assert!(silent >= 100, "a tenth of them hang: {silent}");
        assert_eq!(most.load(Ordering::SeqCst), CONCURRENCY);
        asking.abort();
    }

    /// Answers at once, and only where strangers' questions are wanted.
    struct Stranger;

    impl NodeCollector for Stranger {
        const SOURCE: EvidenceKind = EvidenceKind::KubeletProbe;
        const INTERVAL: Duration = Duration::from_mins(5);

        fn is_wanted(wanted: Wanted) -> bool {
            wanted.kubelet_probe
        }

        async fn collect(&self, _: &Kubelet) -> Result<Fact, Blind> {
            Err(Blind::new(Reason::Unreachable, "asked"))
        }
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_is_asked_what_no_profile_wants() {
        let nodes = Nodes::new();
        add(&nodes, 1);
        nodes.note(Some(NodeNews::ListEnds));
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
                ..Wanted::once()
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
        let nodes = Nodes::new();
        nodes.note(NodeNews::of(&Delta::Lost {
            kind: Kind::Node,
            reason: Reason::Forbidden,
            at: chrono::Utc::now(),
            message: "forbidden".into(),
        }));
        let (send, mut deltas) = mpsc::channel(16);
        tokio::spawn(run(Counting::default(), nodes, wants(), send));
        assert!(matches!(deltas.recv().await, Some(Delta::RoundEnded(_))));
    }
}
