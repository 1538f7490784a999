//! Watching one kind: kube-runtime's watcher in, deltas out.

use std::pin::pin;
use std::time::Duration;

use assay_inventory::{Delta, Extractor, Kind, ObjectKey, Reason, decode};
use chrono::Utc;
use futures::{Stream, TryStreamExt};
use kube::runtime::watcher::{self, Event, watcher};
use kube::{Api, Client, Resource};
use tokio::sync::mpsc::Sender;

use crate::Backoff;
use crate::observed::{Observed, Watched};
use crate::roll::{Roll, RollNews};

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
    loop {
        let api: Api<Observed> = Api::all_with(client.clone(), &watched);
        let events = watcher(api, strategy.config(kind));
        let Err(error) = follow(events, kind, extractors, &roll, &deltas, &mut backoff).await
        else {
            return;
        };
        let (reason, message) = classify(&error);
        if strategy == ListStrategy::Streaming && refuses_streaming(&error) {
            tracing::info!(%kind, "the server does not stream lists; paging instead");
            strategy = ListStrategy::Paged;
            continue;
        }
        if kind.is_optional() && is_undefined(&error) {
            return;
        }
        let name = kind.full_name();
        tracing::warn!(kind = name, reason = %reason, error = %message, "watch failed; trying again");
        let lost = Delta::Lost {
            kind,
            reason,
            at: Utc::now(),
            message: message.into(),
        };
        let news = RollNews::of(&lost);
        if deltas.send(lost).await.is_err() {
            return;
        }
        roll.note(news);
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
    backoff: &mut Backoff,
) -> watcher::Result<()> {
    let mut events = pin!(events);
    while let Some(event) = events.try_next().await? {
        let delta = match event {
            Event::Init => Delta::Relist(kind),
            Event::InitApply(object) | Event::Apply(object) => upsert(kind, &object, extractors),
            Event::InitDone => {
                backoff.reset();
                Delta::Listed(kind)
            }
            Event::Delete(object) => Delta::Delete {
                kind,
                key: key(&object),
            },
        };
        let news = RollNews::of(&delta);
        if deltas.send(delta).await.is_err() {
            return Ok(());
        }
        roll.note(news);
    }
    Ok(())
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
mod tests {
    use super::*;

    #[test]
    fn lists_are_streamed_where_the_server_does_it_by_default() {
        let of = |minor| ListStrategy::for_server("1", minor);
        assert_eq!(of("33"), ListStrategy::Paged);
        assert_eq!(of("34"), ListStrategy::Streaming);
        assert_eq!(of("36+"), ListStrategy::Streaming);
        assert_eq!(of(""), ListStrategy::Paged);
    }

    #[test]
    fn a_kind_that_is_not_defined_is_told_from_one_that_cannot_be_listed() {
        let answered = |code: u16| {
            let status = kube::core::Status::failure("no", "No").with_code(code);
            watcher::Error::InitialListFailed(kube::Error::Api(Box::new(status)))
        };
        assert!(is_undefined(&answered(404)));
        assert!(!is_undefined(&answered(403)));
        assert!(!is_undefined(&watcher::Error::NoResourceVersion));
    }
}
