//! What the profile's status says of what can be seen, and of whom nobody answers for.

use assay_inventory::{
    AnonymousProbe, ApiServerFlags, ApiServerMetrics, ApiServerTls, Blind, Delta, EndpointAnswers,
    Evidence, EvidenceKey, EvidenceKind, Fact, Kind, KubeletConfig, Reason, SilentEndpoint,
};
use serde_json::{Value, json};

use super::World;

#[test]
fn a_kind_is_seen_since_it_came_into_sight() {
    let mut world = World::new(json!({}));
    let lost = |at| Delta::Lost {
        kind: Kind::Pod,
        reason: Reason::Unreachable,
        at,
        message: "no answer".into(),
    };
    let pods = |world: &mut World| {
        let status = world.rendered();
        let mut sight = status["sight"].as_array().unwrap().iter();
        let pods = sight.find(|line| line["kind"] == "Pod").unwrap();
        let text = |field: &str| pods[field].as_str().unwrap().to_owned();
        (text("state"), text("since"))
    };
    let stands = |state: &str, at: &str| (state.to_owned(), format!("2026-11-20T{at}Z"));
    world.pass(3600);
    assert_eq!(pods(&mut world), stands("Seen", "12:00:00"));

    // What is waited out is not told.
    world.tell([lost(world.now)]);
    world.pass(20);
    assert_eq!(pods(&mut world), stands("Seen", "12:00:00"));
    world.tell([Delta::Listed(Kind::Pod)]);
    assert_eq!(pods(&mut world), stands("Seen", "12:00:00"));

    world.tell([lost(world.now)]);
    world.pass(60);
    assert_eq!(pods(&mut world), stands("Blind", "13:00:20"));
    world.tell([Delta::Listed(Kind::Pod)]);
    world.pass(60);
    assert_eq!(pods(&mut world), stands("Seen", "13:01:20"));
}

#[test]
fn one_silent_kubelet_is_not_all_of_them() {
    let mut world = World::new(json!({}));
    let node = |name: &str| json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}});
    world.apply(&[node("first"), node("second")]);
    let configz = r#"{"kubeletconfig": {"authentication": {"webhook": {"enabled": true}, "anonymous": {"enabled": false}},
        "authorization": {"mode": "Webhook"}}}"#;
    let at = world.now;
    let tells = |name: &str| {
        Delta::Collected(Evidence {
            about: name.into(),
            at,
            fact: Fact::KubeletConfig(KubeletConfig::read(configz).unwrap()),
        })
    };
    let is_silent = |name: &str| Delta::NotCollected {
        key: EvidenceKey::node(EvidenceKind::KubeletConfig, &name.into()),
        blind: Blind::new(Reason::Unreachable, format!("{name} does not answer")),
    };
    let kubelets = |world: &mut World| world.collector("kubelet-config");
    assert_eq!(kubelets(&mut world), (json!("Waiting"), Value::Null));
    let message = json!("first does not answer");
    world.tell([is_silent("first")]);
    assert_eq!(kubelets(&mut world), (json!("Failing"), message.clone()));
    world.tell([tells("second")]);
    assert_eq!(kubelets(&mut world), (json!("Partial"), message.clone()));
    // An earlier answer is none of the last round.
    world.tell([tells("first"), is_silent("first"), is_silent("second")]);
    assert_eq!(kubelets(&mut world), (json!("Failing"), message));
    world.tell([tells("first"), tells("second")]);
    assert_eq!(kubelets(&mut world), (json!("Healthy"), Value::Null));
}

#[test]
fn one_silent_api_server_is_not_all_of_them() {
    let mut world = World::new(json!({}));
    let at = world.now;
    let told = |fact| {
        let about = "".into();
        Delta::Collected(Evidence { about, at, fact })
    };
    let why = Blind::new(Reason::Unreachable, "second does not answer");
    let first = EndpointAnswers {
        address: "first:6443".into(),
        livez: 200,
        version: 401,
        api: 401,
    };
    let probe = |silent: &[Blind]| {
        told(Fact::AnonymousProbe(AnonymousProbe {
            endpoints: vec![first.clone()],
            silent: silent.to_vec(),
        }))
    };
    let message = json!("second does not answer");
    world.tell([probe(&[])]);
    let healthy = (json!("Healthy"), Value::Null);
    assert_eq!(world.collector("anonymous-probe"), healthy);
    world.tell([probe(std::slice::from_ref(&why))]);
    let partial = (json!("Partial"), message.clone());
    assert_eq!(world.collector("anonymous-probe"), partial);

    // Who was asked is all that is known where nobody tells.
    let silent = || {
        let address = "second:6443".into();
        let why = why.clone();
        vec![SilentEndpoint { address, why }]
    };
    let failing = (json!("Failing"), message);
    for (name, fact) in [
        (
            "anonymous-probe",
            Fact::AnonymousProbe(AnonymousProbe {
                endpoints: Vec::new(),
                silent: vec![why.clone()],
            }),
        ),
        (
            "api-server-tls",
            Fact::ApiServerTls(ApiServerTls {
                endpoints: Vec::new(),
                silent: vec![why.clone()],
            }),
        ),
        (
            "api-server-flags",
            Fact::ApiServerFlags(ApiServerFlags {
                version: "v1.36.0".into(),
                endpoints: Vec::new(),
                silent: silent(),
            }),
        ),
        (
            "api-server-metrics",
            Fact::ApiServerMetrics(ApiServerMetrics {
                endpoints: Vec::new(),
                silent: silent(),
            }),
        ),
    ] {
        world.tell([told(fact)]);
        assert_eq!(world.collector(name), failing, "{name}");
    }
}
