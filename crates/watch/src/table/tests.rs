use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::{StreamExt, stream};
use http::Response;
use http_body_util::StreamBody;
use hyper::body::{Bytes, Frame};
use serde_json::{Value, json};

use super::*;

mod hostile;

const FORBIDDEN: &str = "may not list secrets";

fn secrets() -> Listing {
    Listing {
        what: "Secrets",
        path: "/api/v1/secrets".to_owned(),
        fields: Some("type=kubernetes.io/service-account-token".to_owned()),
        forbidden: FORBIDDEN,
    }
}

/// A client whose server answers every request with these pieces, and how many of them were taken.
fn server(code: u16, kind: &'static str, pieces: Vec<Bytes>) -> (Client, Arc<AtomicUsize>) {
    let taken = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&taken);
    let service = tower::service_fn(move |_: http::Request<Body>| {
        let (pieces, counter) = (pieces.clone(), Arc::clone(&counter));
        let frames = stream::iter(pieces).map(move |piece| {
            counter.fetch_add(1, Ordering::SeqCst);
            Ok::<_, Infallible>(Frame::data(piece))
        });
        let answer = Response::builder()
            .status(code)
            .header(CONTENT_TYPE, kind)
            .body(StreamBody::new(frames));
        async move { answer }
    });
    (Client::new(service, "default"), taken)
}

fn table(rows: &Value) -> Vec<Bytes> {
    let columns = ["Name", "Type", "Data", "Age"].map(|name| json!({"name": name, "type": "string", "format": "", "description": "", "priority": 0}));
    let text = json!({"kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": {"resourceVersion": "7"},
        "columnDefinitions": columns, "rows": rows})
    .to_string();
    text.as_bytes()
        .chunks(64)
        .map(Bytes::copy_from_slice)
        .collect()
}

async fn answer(
    code: u16,
    kind: &'static str,
    pieces: Vec<Bytes>,
) -> (Result<Vec<Row>, Blind>, usize) {
    let (client, taken) = server(code, kind, pieces);
    let rows = secrets().rows(&client).await;
    (rows, taken.load(Ordering::SeqCst))
}

#[test]
fn every_request_is_for_a_table_without_objects() {
    for next in [None, Some("eyJ2IjoibWV0YS5rOHMuaW8vdjEifQ==".to_owned())] {
        let request = secrets().request(next.clone()).unwrap();
        assert_eq!(request.method(), http::Method::GET);
        assert_eq!(request.uri().path(), "/api/v1/secrets");
        let accept: Vec<_> = request.headers().get_all(ACCEPT).iter().collect();
        assert_eq!(accept, ["application/json;as=Table;g=meta.k8s.io;v=v1"]);
        let query = request.uri().query().unwrap();
        let parts = query.split('&').filter(|part| !part.is_empty());
        let mut params: Vec<&str> = parts.collect();
        assert_eq!(params.pop(), Some("includeObject=None"));
        assert_eq!(
            params.first(),
            Some(&"fieldSelector=type%3Dkubernetes.io%2Fservice-account-token")
        );
        assert_eq!(params.get(1), Some(&"limit=500"));
        let more = next.map(|_| "continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEifQ%3D%3D");
        assert_eq!(params.get(2).copied(), more);
        assert!(!query.contains("watch"));
    }
}

#[tokio::test]
async fn of_a_table_name_type_and_age_are_kept() {
    let rows = json!([{"cells": ["a", "Opaque", 3, "26h"], "object": null}, {"cells": ["b.c-1", "x/y", 0, "<unknown>"]}]);
    let (rows, _) = answer(200, "application/json", table(&rows)).await;
    let rows = rows.unwrap();
    let kept: Vec<_> = rows.iter().map(|row| (&*row.name, &*row.type_)).collect();
    assert_eq!(kept, [("a", "Opaque"), ("b.c-1", "x/y")]);
    let ages: Vec<_> = rows.iter().map(Row::least_age).collect();
    assert_eq!(ages, [Some(chrono::TimeDelta::hours(26)), None]);
    let long = json!([{"cells": ["a", "x".repeat(513), 1, "1s"], "object": null}]);
    let (rows, _) = answer(200, "application/json", table(&long)).await;
    assert_eq!(rows.unwrap().first().map(|row| row.type_.len()), Some(0));
    for none in [json!([]), Value::Null] {
        let (rows, _) = answer(200, "application/json", table(&none)).await;
        assert_eq!(rows, Ok(Vec::new()));
    }
}

#[tokio::test]
async fn ages_are_read_as_they_are_printed() {
    let rows = [
        ("0s", Some(0)),
        ("119s", Some(119)),
        ("9m59s", Some(599)),
        ("7h3m", Some(25_380)),
        ("47h", Some(169_200)),
        ("3d4h", Some(273_600)),
        ("2y5d", Some(63_504_000)),
        ("", None),
        ("<invalid>", None),
        ("5", None),
        ("h", None),
        ("5w", None),
        ("9223372036854775807y", None),
        ("9223372036854775807s", None),
    ];
    let cells = rows.map(|(age, _)| json!({"cells": ["a", "t", 1, age], "object": null}));
    let (read, _) = answer(200, "application/json", table(&json!(cells))).await;
    for (row, (age, seconds)) in read.unwrap().iter().zip(rows) {
        let expected = seconds.map(chrono::TimeDelta::seconds);
        assert_eq!(row.least_age(), expected, "{age}");
    }
}

#[tokio::test]
async fn what_is_no_table_of_names_is_left_at_its_first_word() {
    let secret = json!({"metadata": {"name": "a"}, "data": {"password": "aHVudGVyMg=="}});
    let list = json!({"kind": "SecretList", "apiVersion": "v1", "metadata": {}, "items": [secret]});
    // Written field by field: `json!` orders them by name.
    let first = |text: &str| {
        let mut pieces = vec![Bytes::copy_from_slice(text.as_bytes())];
        pieces.extend(std::iter::repeat_n(Bytes::from_static(&[b' '; 1024]), 1000));
        pieces
    };
    for begun in [
        r#"{"kind":"SecretList","apiVersion":"v1","metadata":{"resourceVersion":"7"},"items":[{"data":"#.to_owned(),
        r#"{"items":[{"data":{"password":"#.to_owned(),
        r#"{"kind":"Table","apiVersion":"meta.k8s.io/v1","columnDefinitions":[{"name":"Name"}],"rows":[{"cells":["a"],"object":{"kind":"Secret","data":"#.to_owned(),
        r#"{"kind":"Table","apiVersion":"meta.k8s.io/v1","columnDefinitions":[{"name":"Name"}],"rows":[{"cells":["a"],"data":{"password":"#.to_owned(),
        r#"{"kind":"Table","apiVersion":"meta.k8s.io/v1","columnDefinitions":[{"name":"Name"}],"rows":[{"cells":["a",{"password":"#.to_owned(),
        list.to_string(),
        format!("[{secret}]"),
    ] {
        let (rows, taken) = answer(200, "application/json", first(&begun)).await;
        let blind = rows.unwrap_err();
        assert_eq!(blind.reason, Reason::Unparseable, "{begun}");
        assert!(!blind.message.contains("hunter2") && !blind.message.contains("aHVudGVyMg"));
        // One more may be under way.
        assert!(taken <= 2, "{taken} pieces were read after {begun}");
    }
    let (rows, taken) = answer(200, "application/vnd.kubernetes.protobuf", first("k8s")).await;
    assert_eq!(rows.unwrap_err().reason, Reason::Unparseable);
    assert_eq!(taken, 0, "it was not to be read at all");
}

#[tokio::test]
async fn refusals_and_failures_are_told_apart() {
    let body = || vec![Bytes::from_static(b"{\"password\":\"hunter2\"}")];
    let (rows, taken) = answer(403, "application/json", body()).await;
    assert_eq!(
        (rows, taken),
        (Err(Blind::new(Reason::Forbidden, FORBIDDEN)), 0)
    );
    let (rows, taken) = answer(503, "application/json", body()).await;
    let blind = rows.unwrap_err();
    assert_eq!((blind.reason, taken), (Reason::Unreachable, 0));
    assert!(blind.message.contains("answers 503"), "{}", blind.message);
    let mut torn = table(&json!([{"cells": ["a", "t", 1, "1s"], "object": null}]));
    torn.pop();
    let (rows, _) = answer(200, "application/json", torn).await;
    assert_eq!(rows.unwrap_err().reason, Reason::Unparseable);
    let row = json!({"cells": ["a", "t", 1, "1s"], "object": null});
    let (rows, _) = answer(200, "application/json", table(&json!(vec![row; 60_000]))).await;
    assert_eq!(
        rows.unwrap_err().reason,
        Reason::Unreachable,
        "it is too long"
    );
}

#[tokio::test]
async fn a_list_is_read_page_by_page_and_not_for_ever() {
    let pages = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&pages);
    let service = move |last: usize| {
        let counter = Arc::clone(&counter);
        tower::service_fn(move |request: http::Request<Body>| {
            let page = counter.fetch_add(1, Ordering::SeqCst);
            let query = request.uri().query().unwrap_or_default().to_owned();
            assert_eq!(
                query.contains(&format!("continue=p{page}&")),
                page > 0,
                "{query}"
            );
            let next = if page + 1 < last {
                format!("p{}", page + 1)
            } else {
                String::new()
            };
            let text = json!({"kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": {"continue": next},
                "columnDefinitions": [{"name": "Name"}], "rows": [{"cells": [format!("s{page}")], "object": null}]});
            let answer = Response::builder()
                .header(CONTENT_TYPE, "application/json")
                .body(Body::from(text.to_string().into_bytes()));
            async move { answer }
        })
    };
    let rows = secrets()
        .rows(&Client::new(service(3), "default"))
        .await
        .unwrap();
    let names: Vec<_> = rows.iter().map(|row| &*row.name).collect();
    assert_eq!(names, ["s0", "s1", "s2"]);
    pages.store(0, Ordering::SeqCst);
    let endless = secrets()
        .rows(&Client::new(service(usize::MAX), "default"))
        .await;
    assert_eq!(endless.unwrap_err().reason, Reason::Unreachable);
    assert_eq!(pages.load(Ordering::SeqCst), PAGES);
}
