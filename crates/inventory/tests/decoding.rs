//! What the decoder makes of what the API allows, and of what it does not.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::needless_pass_by_value,
    reason = "helpers of tests, which clippy does not take for tests"
)]

use assay_inventory::view::{Direction, Labels, Object};
use assay_inventory::{Kind, decode};
use proptest::prelude::*;
use serde_json::{Value, json};

fn object(kind: Kind, value: &Value) -> Object {
    decode(kind, &value.to_string(), &[]).unwrap()
}

fn policy(spec: Value) -> assay_inventory::view::NetworkPolicy {
    match object(
        Kind::NetworkPolicy,
        &json!({"metadata": {"name": "p"}, "spec": spec}),
    ) {
        Object::NetworkPolicy(policy) => policy,
        other => panic!("{other:?}"),
    }
}

#[test]
fn policy_types_default_as_the_api_says() {
    let cases = [
        (json!({}), (true, false)),
        (json!({"egress": [{}]}), (true, true)),
        (json!({"egress": []}), (true, false)),
        (json!({"policyTypes": ["Egress"]}), (false, true)),
        (
            json!({"policyTypes": ["Ingress"], "egress": [{}]}),
            (true, false),
        ),
        (json!({"policyTypes": []}), (true, false)),
    ];
    for (spec, expected) in cases {
        let policy = policy(spec.clone());
        let isolates = (
            policy.isolates(Direction::Ingress),
            policy.isolates(Direction::Egress),
        );
        assert_eq!(isolates, expected, "{spec}");
    }
}

#[test]
fn missing_and_empty_peers_both_mean_anyone() {
    let policy = policy(json!({"ingress": [{}, {"from": []}, {"from": [{"podSelector": {}}]}]}));
    let anyone: Vec<bool> = policy
        .ingress
        .iter()
        .map(|rule| rule.peers.is_none())
        .collect();
    assert_eq!(anyone, [true, true, false]);
}

#[test]
fn selectors_match_as_the_api_server_does() {
    let policy = policy(json!({"podSelector": {
        "matchLabels": {"app": "web"},
        "matchExpressions": [
            {"key": "tier", "operator": "NotIn", "values": ["db"]},
            {"key": "old", "operator": "DoesNotExist"},
        ],
    }}));
    let matches = |labels: &[(&str, &str)]| {
        policy
            .pods
            .matches(&labels.iter().copied().collect::<Labels>())
    };
    assert!(
        matches(&[("app", "web")]),
        "NotIn holds where the label is missing"
    );
    assert!(!matches(&[("app", "web"), ("tier", "db")]));
    assert!(!matches(&[("app", "web"), ("old", "")]));
    assert!(!matches(&[("tier", "web")]));
}

#[test]
fn a_field_of_the_wrong_type_is_named() {
    let pod = json!({"metadata": {"name": "p"}, "spec": {"containers": [{"name": "a"}, {"name": "b", "ports": [{"hostPort": "80"}]}]}});
    let error = decode(Kind::Pod, &pod.to_string(), &[]).unwrap_err();
    assert_eq!(error.field, "spec.containers[1].ports[0].hostPort");
    assert!(error.reason.contains("expected i64"), "{}", error.reason);
}

#[test]
fn null_is_absence() {
    let pod = json!({"metadata": {"name": "p", "labels": null, "creationTimestamp": null}, "spec": {
        "containers": [], "volumes": null, "securityContext": null, "hostNetwork": null}});
    assert!(matches!(object(Kind::Pod, &pod), Object::Pod(_)));
}

#[test]
fn replicas_are_equal_though_their_token_volumes_are_not() {
    let with = |volume: &str| {
        let pod = json!({"metadata": {"name": "p"}, "spec": {"containers": [], "volumes": [
            {"name": volume, "projected": {"sources": [{"serviceAccountToken": {"expirationSeconds": 3607}}]}}]}});
        match object(Kind::Pod, &pod) {
            Object::Pod(pod) => pod.spec,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(with("kube-api-access-x7k2p"), with("kube-api-access-bcd24"));
    assert_ne!(with("kube-api-access-x7k2p"), with("mine"));
    // Nothing that people call volumes passes for admission's.
    for own in [
        "kube-api-access",
        "kube-api-access-x",
        "kube-api-access-token",
    ] {
        assert_ne!(with("kube-api-access-x7k2p"), with(own), "{own}");
    }
}

fn arbitrary_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-z]{0,6}".prop_map(Value::from),
    ];
    let field = prop::sample::select(vec![
        "metadata",
        "spec",
        "status",
        "name",
        "namespace",
        "labels",
        "containers",
        "template",
        "rules",
        "subjects",
        "roleRef",
        "podSelector",
        "ingress",
        "from",
        "ports",
        "volumes",
        "securityContext",
        "request",
        "conditions",
    ]);
    leaf.prop_recursive(5, 48, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(field.clone(), inner, 0..5).prop_map(|map| map
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect()),
        ]
    })
}

fn is_open(first: char) -> bool {
    first == '{' || first == '['
}

proptest! {
    #[test]
    fn hostile_objects_never_panic(value in arbitrary_json()) {
        for kind in Kind::ALL {
            let _ = decode(kind, &value.to_string(), &[]);
        }
    }

    #[test]
    fn hostile_bytes_never_panic(text in ".{0,200}") {
        for kind in Kind::ALL {
            prop_assert!(decode(kind, &text, &[]).is_err() || text.trim_start().starts_with(is_open));
        }
    }
}
