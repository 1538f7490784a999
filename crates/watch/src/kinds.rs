//! Watching one kind: kube-runtime's watcher in, deltas out.

use std::pin::pin;
use std::time::Duration;

use assay_inventory::{Delta, Extractor, Kind, ObjectKey, Reason, decode};
use chrono::Utc;
use futures::{Stream, StreamExt, TryStreamExt};
use kube::runtime::watcher::{self, Event, watcher};
use kube::{Api, Client, Resource};
use tokio::sync::mpsc::Sender;
use tokio::time::Instant;

use crate::Backoff;
use crate::observed::{Observed, Watched};
use crate::roll::{Roll, RollNews};

/// A watch that does not fail within this time stands: one that is refused is refused at once.
const STANDS: Duration = Duration::from_secs(3);

/// Objects a page, where lists are paged: some 5 MB of pods, or 50 MB of the largest `ConfigMaps` there can be.
const fn page_size(kind: Kind) -> u32 {
    if matches!(kind, Kind::ConfigMap) {
        50
    } else {
        500
    }
}

/// How a first list is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListStrategy {
    /// One watch that begins with all objects (`WatchList`): on by default from 1.34.
    Streaming,
    /// Pages, then a watch.
    Paged,
}

impl ListStrategy {
    /// What a server of this version (`major`, `minor` as `/version` gives them) does well.
    #[must_use]
    pub fn for_server(major: &str, minor: &str) -> Self {
        let number = |text: &str| {
            let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
            digits.parse::<u32>().unwrap_or(0)
        };
        if (number(major), number(minor)) >= (1, 34) {
            Self::Streaming
        } else {
            Self::Paged
        }
    }

    fn config(self, kind: Kind) -> watcher::Config {
        match self {
            Self::Streaming => watcher::Config::default().streaming_lists(),
            Self::Paged => watcher::Config::default().page_size(page_size(kind)),
        }
    }
}

/// A list, and the watch that begins where it ends.
///
/// Of a paged list, kube's watcher tells that it is whole before it asks for the watch, and tells nothing when it has it. So:
/// - The first list counts at once: nobody's first look waits for a watch that is nearly always granted.
/// - Once anything has failed, the kind is lost and lists are doubted: one counts when its watch stands, which an event shows, or
///   [`STANDS`] without an error. Where lists are granted and watches are not, the kind so stays lost, and tells why.
/// - Waits between tries start over when a watch has lasted, and not with a list, which may be all that ever works.
///
/// A streamed list is the beginning of its watch: there is nothing to doubt.
struct List {
    /// Whether it counts only when its watch stands.
    doubted: bool,
    /// Since when it is whole.
    whole: Option<Instant>,
}

/// Watches a kind until nobody listens. Errors become [`Delta::Lost`]; tries never end, but of a kind that the cluster need
/// not define and has ceased to.
pub(crate) async fn watch_kind(
    client: Client,
    watched: Watched,
    mut strategy: ListStrategy,
    extractors: &'static [Extractor],
    roll: Roll,
    deltas: Sender<Delta>,
) {
    let kind = watched.kind;
    let mut backoff = Backoff::new(Duration::from_millis(400), Duration::from_secs(15));
    let mut has_failed = false;
    loop {
        let api: Api<Observed> = Api::all_with(client.clone(), &watched);
        let events = watcher(api, strategy.config(kind));
        let mut list = List {
            doubted: has_failed && strategy == ListStrategy::Paged,
            whole: None,
        };
        let Err(error) = follow(events, kind, extractors, &roll, &deltas, &mut list).await else {
            return;
        };
        let (reason, message) = classify(&error);
        if strategy == ListStrategy::Streaming && refuses_streaming(&error) {
            tracing::info!(%kind, "the server does not stream lists; paging instead");
            strategy = ListStrategy::Paged;
            continue;
        }
        // Where the list was there and its watch is not found, the kind is served, by a server that does not let it be watched.
        if kind.is_optional() && list.whole.is_none() && is_undefined(&error) {
            return;
        }
        let name = kind.full_name();
        tracing::warn!(kind = name, reason = %reason, error = %message, "watch failed; trying again");
        let outage = Delta::Lost {
            kind,
            reason,
            at: Utc::now(),
            message: message.into(),
        };
        if !tell(outage, &roll, &deltas).await {
            return;
        }
        has_failed = true;
        if let Some(whole) = list.whole {
            backoff.lasted(whole.elapsed());
        }
        tokio::time::sleep(backoff.next_wait()).await;
    }
}

/// Passes events on; ends with `Ok` when nobody listens, with the error of the first that fails.
///
/// The watcher is dropped on any error and begins anew with a list: after a failed watch start it would go on without
/// a word, and nobody could tell when sight was regained.
async fn follow(
    events: impl Stream<Item = watcher::Result<Event<Observed>>>,
    kind: Kind,
    extractors: &[Extractor],
    roll: &Roll,
    deltas: &Sender<Delta>,
    list: &mut List,
) -> watcher::Result<()> {
    let mut events = pin!(events.peekable());
    while let Some(event) = events.try_next().await? {
        let delta = match event {
            Event::Init => Delta::Relist(kind),
            Event::InitApply(object) | Event::Apply(object) => upsert(kind, &object, extractors),
            Event::InitDone => {
                list.whole = Some(Instant::now());
                if list.doubted {
                    let next = tokio::time::timeout(STANDS, events.as_mut().peek()).await;
                    if matches!(next, Ok(Some(Err(_)))) {
                        // The next turn ends with the error.
                        continue;
                    }
                }
                Delta::Listed(kind)
            }
            Event::Delete(object) => Delta::Delete {
                kind,
                key: key(&object),
            },
        };
        if !tell(delta, roll, deltas).await {
            return Ok(());
        }
    }
    Ok(())
}

/// Sends a delta, and notes it on the roll; whether anybody listens.
async fn tell(delta: Delta, roll: &Roll, deltas: &Sender<Delta>) -> bool {
    let news = RollNews::of(&delta);
    let is_heard = deltas.send(delta).await.is_ok();
    if is_heard {
        roll.note(news);
    }
    is_heard
}

fn key(object: &Observed) -> ObjectKey {
    let meta = object.meta();
    ObjectKey::new(
        meta.namespace.as_deref().unwrap_or_default(),
        meta.name.as_deref().unwrap_or_default(),
    )
}

pub(crate) fn upsert(kind: Kind, object: &Observed, extractors: &[Extractor]) -> Delta {
    Delta::Upsert {
        kind,
        key: key(object),
        object: decode(kind, object.json(), extractors).map(Box::new),
    }
}

fn cause(error: &watcher::Error) -> Option<&kube::Error> {
    match error {
        watcher::Error::InitialListFailed(error)
        | watcher::Error::WatchStartFailed(error)
        | watcher::Error::WatchFailed(error) => Some(error),
        watcher::Error::WatchError(_) | watcher::Error::NoResourceVersion => None,
    }
}

/// Reason and wording of a failed watch. Client errors can quote what the server sent: only our own words are kept of those.
fn classify(error: &watcher::Error) -> (Reason, String) {
    let api = |status: &kube::core::Status| {
        let reason = if matches!(status.code, 401 | 403) {
            Reason::Forbidden
        } else {
            Reason::Unreachable
        };
        (
            reason,
            format!("the API server answers {}: {}", status.code, status.message),
        )
    };
    let unreachable = |why: &str| (Reason::Unreachable, why.to_owned());
    if let watcher::Error::WatchError(status) = error {
        return api(status);
    }
    match cause(error) {
        Some(kube::Error::Api(status)) => api(status),
        Some(kube::Error::SerdeError(_)) => {
            unreachable("the API server's answer is not the JSON of a list")
        }
        Some(kube::Error::Service(_) | kube::Error::HyperError(_)) => {
            unreachable("the API server cannot be reached")
        }
        Some(_) => unreachable("the connection broke off"),
        None => unreachable("the API server sent no resourceVersion"),
    }
}

/// Whether the server does not know the kind at all: its definition is not installed, or gone.
fn is_undefined(error: &watcher::Error) -> bool {
    match cause(error) {
        Some(kube::Error::Api(status)) => status.code == 404,
        _ => false,
    }
}

/// Whether the server does not know `sendInitialEvents`.
fn refuses_streaming(error: &watcher::Error) -> bool {
    match cause(error) {
        Some(kube::Error::Api(status)) => matches!(status.code, 400 | 422),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
