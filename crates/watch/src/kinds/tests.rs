//! What is told of a kind whose list and watch are not answered alike.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use assay_inventory::ThirdParty;
use http::Response;
use http::header::CONTENT_TYPE;
use kube::client::Body;
use serde_json::json;
use tokio::sync::mpsc::{self, Receiver};

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

/// How watches are answered that are granted, where nothing happens.
const QUIET: u16 = 200;

/// A client whose server lists nothing, and answers watches with the status it holds.
fn server(watches: &Arc<AtomicU16>) -> Client {
    let watches = Arc::clone(watches);
    let service = tower::service_fn(move |request: http::Request<Body>| {
        let query = request.uri().query().unwrap_or_default();
        let is_watch = query.contains("watch=true");
        let code = if is_watch {
            watches.load(Ordering::SeqCst)
        } else {
            200
        };
        async move {
            if is_watch && code == QUIET {
                std::future::pending::<()>().await;
            }
            let answer = if is_watch {
                json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
                    "message": "assay cannot watch it", "reason": "No", "code": code})
            } else {
                json!({"kind": "List", "apiVersion": "v1", "metadata": {"resourceVersion": "7"}, "items": []})
            };
            Response::builder()
                .status(code)
                .header(CONTENT_TYPE, "application/json")
                .body(Body::from(answer.to_string().into_bytes()))
        }
    });
    Client::new(service, "default")
}

fn watch(kind: Kind, watches: &Arc<AtomicU16>) -> Receiver<Delta> {
    let (send, deltas) = mpsc::channel(16);
    let client = server(watches);
    let paged = ListStrategy::Paged;
    tokio::spawn(watch_kind(
        client,
        kind.into(),
        paged,
        &[],
        Roll::new(),
        send,
    ));
    deltas
}

/// What is told within a time, the beginnings of lists left aside; and how many those were.
async fn told(deltas: &mut Receiver<Delta>, time: Duration) -> (Vec<Delta>, usize) {
    let mut told = Vec::new();
    let mut lists = 0;
    let end = Instant::now() + time;
    while let Ok(delta) = tokio::time::timeout_at(end, deltas.recv()).await {
        match delta.expect("it is watched without an end") {
            Delta::Relist(_) => lists += 1,
            delta => told.push(delta),
        }
    }
    (told, lists)
}

#[tokio::test(start_paused = true)]
async fn where_lists_are_granted_and_watches_are_not_a_kind_stays_lost() {
    let other = Kind::ThirdParty(ThirdParty::ALL[0]);
    for (kind, code, why) in [
        (Kind::Pod, 403, Reason::Forbidden),
        (Kind::Pod, 429, Reason::Unreachable),
        (other, 404, Reason::Unreachable),
        (other, 405, Reason::Unreachable),
    ] {
        let watches = Arc::new(AtomicU16::new(code));
        let mut deltas = watch(kind, &watches);
        let (told, lists) = told(&mut deltas, Duration::from_mins(10)).await;
        // Nobody's first look waits for the watch.
        assert!(matches!(told.first(), Some(Delta::Listed(_))), "{told:?}");
        for delta in told.iter().skip(1) {
            let Delta::Lost {
                reason, message, ..
            } = delta
            else {
                panic!("{kind} {code}: {delta:?}");
            };
            assert_eq!(*reason, why, "{kind} {code}");
            assert!(message.contains("cannot watch"), "{message}");
        }
        assert!(told.len() > 10, "{kind} {code}: tries never end");
        assert!(lists < 100, "{kind} {code}: listed {lists} times");
    }
}

#[tokio::test(start_paused = true)]
async fn a_kind_is_seen_again_soon_after_its_watch_is_granted() {
    let watches = Arc::new(AtomicU16::new(403));
    let mut deltas = watch(Kind::Pod, &watches);
    told(&mut deltas, Duration::from_mins(10)).await;
    watches.store(QUIET, Ordering::SeqCst);
    let (again, lists) = told(&mut deltas, Duration::from_secs(20)).await;
    assert!(matches!(again[..], [Delta::Listed(_)]), "{again:?}");
    assert_eq!(lists, 1);
    let (later, lists) = told(&mut deltas, Duration::from_hours(1)).await;
    assert!(later.is_empty() && lists == 0, "{later:?}");
}

#[tokio::test(start_paused = true)]
async fn the_first_list_counts_at_once() {
    let mut deltas = watch(Kind::Pod, &Arc::new(AtomicU16::new(QUIET)));
    let (told, _) = told(&mut deltas, Duration::from_millis(100)).await;
    assert!(matches!(told[..], [Delta::Listed(_)]), "{told:?}");
}
