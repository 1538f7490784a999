use std::sync::Arc;

use http::Response;
use http::header::CONTENT_TYPE;
use kube::client::Body;
use serde_json::json;

use super::*;

const TOKEN: &str = "kubernetes.io/service-account-token";

/// A cluster of namespaces and the Secrets in them, by name and type, and what it was asked for.
#[derive(Default)]
struct World {
    namespaces: Vec<String>,
    secrets: Vec<(&'static str, &'static str, &'static str)>,
    asked: Vec<String>,
    /// Moves the first Secret away before a question for one namespace is answered.
    restless: bool,
}

impl World {
    fn answer(&mut self, request: &http::Request<Body>) -> serde_json::Value {
        let path = request.uri().path();
        let query = request.uri().query().unwrap_or_default();
        assert!(query.ends_with("&includeObject=None"), "{query}");
        let selector = query
            .split('&')
            .find_map(|part| part.strip_prefix("fieldSelector="));
        let selector = selector
            .unwrap_or_default()
            .replace("%3D", "=")
            .replace("%2F", "/");
        self.asked
            .push(format!("{path} {selector}").trim_end().to_owned());
        let row =
            |name: &str, type_: &str| json!({"cells": [name, type_, 1, "26h"], "object": null});
        let rows: Vec<_> = if path == "/api/v1/namespaces" {
            self.namespaces
                .iter()
                .map(|name| row(name, "Active"))
                .collect()
        } else {
            let namespace = path.strip_prefix("/api/v1/namespaces/");
            let namespace = namespace.and_then(|rest| rest.strip_suffix("/secrets"));
            if namespace.is_some() && self.restless {
                self.secrets.first_mut().unwrap().0 = "gone";
            }
            let picked = self.secrets.iter().filter(|(of, name, type_)| {
                namespace.is_none_or(|namespace| namespace == *of)
                    && match selector.split_once('=') {
                        Some(("type", value)) => value == *type_,
                        Some(("metadata.name", value)) => value == *name,
                        other => panic!("{other:?}"),
                    }
            });
            picked.map(|(_, name, type_)| row(name, type_)).collect()
        };
        json!({"kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": {},
            "columnDefinitions": [{"name": "Name"}, {"name": "Type"}, {"name": "Data"}, {"name": "Age"}], "rows": rows})
    }
}

fn named(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn collector(world: &Arc<Mutex<World>>) -> SecretTypes {
    let world = Arc::clone(world);
    let service = tower::service_fn(move |request: http::Request<Body>| {
        let table = world.lock().unwrap().answer(&request);
        let answer = Response::builder()
            .header(CONTENT_TYPE, "application/json")
            .body(Body::from(table.to_string().into_bytes()));
        async move { answer }
    });
    SecretTypes::new(Client::new(service, "default"))
}

async fn look(secrets: &SecretTypes) -> Result<ListedSecrets, Blind> {
    match secrets.collect().await? {
        Fact::ListedSecrets(listed) => Ok(listed),
        other => panic!("{other:?}"),
    }
}

fn names(listed: &ListedSecrets, namespace: &str, sought: Sought) -> Vec<String> {
    let secrets = listed.of(&namespace.into(), sought).iter();
    secrets.map(|secret| secret.name.to_string()).collect()
}

fn asked(world: &Arc<Mutex<World>>) -> Vec<String> {
    std::mem::take(&mut world.lock().unwrap().asked)
}

#[tokio::test]
async fn a_cluster_without_such_secrets_is_asked_once_for_each_kind() {
    let world = Arc::new(Mutex::new(World {
        namespaces: named(&["shop", "kube-system"]),
        secrets: vec![("shop", "login", "Opaque")],
        ..World::default()
    }));
    let listed = look(&collector(&world)).await.unwrap();
    assert_eq!(listed, ListedSecrets::default());
    assert_eq!(
        asked(&world),
        [
            "/api/v1/secrets type=kubernetes.io/service-account-token",
            "/api/v1/namespaces/kube-system/secrets type=bootstrap.kubernetes.io/token",
            "/api/v1/secrets metadata.name=argocd-initial-admin-secret",
            "/api/v1/namespaces/kube-system/secrets metadata.name=kubeadmin",
            "/api/v1/namespaces/cattle-system/secrets metadata.name=bootstrap-secret",
        ]
    );
}

#[tokio::test]
async fn each_is_placed_and_the_next_time_looked_for_where_it_was() {
    let world = Arc::new(Mutex::new(World {
        namespaces: (0..100).map(|number| format!("n{number:02}")).collect(),
        secrets: vec![
            ("n01", "token", TOKEN),
            ("n02", "token", TOKEN),
            (
                "kube-system",
                "bootstrap-token-a",
                "bootstrap.kubernetes.io/token",
            ),
        ],
        ..World::default()
    }));
    let secrets = collector(&world);
    let listed = look(&secrets).await.unwrap();
    for namespace in ["n01", "n02"] {
        assert_eq!(
            names(&listed, namespace, Sought::ServiceAccountToken),
            ["token"]
        );
    }
    let of_nodes = listed.of(&"kube-system".into(), Sought::BootstrapToken);
    let made = of_nodes.first().and_then(|secret| secret.made_by).unwrap();
    let hours = (Utc::now() - made).num_hours();
    assert_eq!(hours, 26, "made by {made}");
    let tokens = |asked: Vec<String>| {
        asked
            .iter()
            .filter(|asked| asked.contains("service-account-token"))
            .count()
    };
    let first = tokens(asked(&world));
    // Some more are under way when the last is found, of a hundred.
    assert!((3..50).contains(&first), "{first}");
    let later = look(&secrets).await.unwrap();
    for namespace in ["n01", "n02"] {
        let tokens = names(&later, namespace, Sought::ServiceAccountToken);
        assert_eq!(tokens, ["token"]);
    }
    let again = asked(&world);
    assert!(
        !again.iter().any(|asked| asked == "/api/v1/namespaces"),
        "{again:?}"
    );
    assert_eq!(tokens(again), 3, "of all, and of the two");
}

#[tokio::test]
async fn one_that_moved_is_found_again() {
    let world = Arc::new(Mutex::new(World {
        namespaces: named(&["a", "b", "c"]),
        secrets: vec![("b", "token", TOKEN)],
        ..World::default()
    }));
    let secrets = collector(&world);
    look(&secrets).await.unwrap();
    world.lock().unwrap().secrets = vec![("c", "token", TOKEN)];
    let listed = look(&secrets).await.unwrap();
    assert!(names(&listed, "b", Sought::ServiceAccountToken).is_empty());
    assert_eq!(names(&listed, "c", Sought::ServiceAccountToken), ["token"]);
    world.lock().unwrap().secrets.clear();
    assert_eq!(look(&secrets).await.unwrap(), ListedSecrets::default());
}

#[tokio::test]
async fn one_that_is_nowhere_leaves_the_answer_open() {
    let world = Arc::new(Mutex::new(World {
        namespaces: named(&["a", "b"]),
        secrets: vec![("b", "token", TOKEN)],
        restless: true,
        ..World::default()
    }));
    let blind = look(&collector(&world)).await.unwrap_err();
    assert_eq!(blind.reason, Reason::Unreachable);
    let asked = asked(&world);
    let tries = asked
        .iter()
        .filter(|asked| *asked == "/api/v1/secrets type=kubernetes.io/service-account-token");
    assert_eq!(tries.count(), TRIES);
}
