//! Evidence in examples: `# SOURCE [of NODE] [at TIME]: WHAT IT SAID`. Later lines overrule earlier ones, as answers do.
//!
//! A source that is `silent REASON: MESSAGE` has not answered. `# now:` comes before lines without a time.

mod servers;

use assay_inventory::{
    AnonymousProbe, Blind, Delta, EndpointAnswers, Evidence, EvidenceKey, EvidenceKind, Fact,
    IdentityMap, KubeletConfig, Reason,
};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// The source and what it says, if the line is one of evidence.
pub(crate) fn line(line: &str) -> Option<(&str, &str)> {
    let (source, said) = line.strip_prefix("# ")?.split_once(": ")?;
    let kind = source.split_whitespace().next()?;
    let sources = [
        "probe",
        "kubelet-config",
        "kubelet-probe",
        "kubelet-tls",
        "api-server-tls",
        "identity-map",
    ];
    sources.contains(&kind).then_some((source, said.trim()))
}

/// What the line tells the inventory.
pub(crate) fn delta(source: &str, said: &str, now: DateTime<Utc>) -> Delta {
    let (source, observed) = source
        .split_once(" at ")
        .map_or((source, now), |(source, time)| (source, super::at(time)));
    let (source, node) = source.split_once(" of ").unwrap_or((source, ""));
    let (kind, read): (_, fn(&str) -> Fact) = match source {
        "probe" => (EvidenceKind::AnonymousProbe, probe),
        "kubelet-config" => (EvidenceKind::KubeletConfig, kubelet_config),
        "kubelet-probe" => (EvidenceKind::KubeletProbe, servers::kubelet_probe),
        "kubelet-tls" => (EvidenceKind::KubeletTls, servers::kubelet_tls),
        "api-server-tls" => (EvidenceKind::ApiServerTls, servers::api_server_tls),
        "identity-map" => (EvidenceKind::IdentityMap, identity_map),
        other => panic!("no such source: {other}"),
    };
    if let Some(silent) = said.strip_prefix("silent ") {
        let Some((reason, message)) = silent.split_once(": ") else {
            panic!("not `silent REASON: MESSAGE`: {said}");
        };
        let reason = match reason {
            "Forbidden" => Reason::Forbidden,
            "Unreachable" => Reason::Unreachable,
            "Unparseable" => Reason::Unparseable,
            other => panic!("no such reason: {other}"),
        };
        return Delta::NotCollected {
            key: EvidenceKey::node(kind, &node.into()),
            blind: Blind::new(reason, message),
        };
    }
    Delta::Collected(Evidence {
        node: node.into(),
        at: observed,
        fact: read(said),
    })
}

/// `LIVEZ VERSION API`: how the API server answers a stranger.
fn probe(said: &str) -> Fact {
    let codes: Vec<u16> = said
        .split_whitespace()
        .map(|code| {
            code.parse()
                .unwrap_or_else(|error| panic!("{code}: {error}"))
        })
        .collect();
    let [livez, version, api] = codes[..] else {
        panic!("probe wants three codes, not {codes:?}");
    };
    Fact::AnonymousProbe(AnonymousProbe {
        endpoints: vec![EndpointAnswers {
            address: "192.0.2.1:6443".into(),
            livez,
            version,
            api,
        }],
        silent: Vec::new(),
    })
}

/// Fields of a `KubeletConfiguration` as JSON, over those of a kubelet that is set up well.
fn kubelet_config(said: &str) -> Fact {
    let mut config = json!({
        "authentication": {"anonymous": {"enabled": false}, "webhook": {"enabled": true},
            "x509": {"clientCAFile": "/etc/kubernetes/pki/ca.crt"}},
        "authorization": {"mode": "Webhook"},
        "rotateCertificates": true,
        "serverTLSBootstrap": true,
        "podPidsLimit": 4096,
    });
    let over = serde_json::from_str(said).unwrap_or_else(|error| panic!("{said}: {error}"));
    lay_over(&mut config, over);
    let configz = json!({ "kubeletconfig": config }).to_string();
    let config = KubeletConfig::read(&configz);
    Fact::KubeletConfig(config.unwrap_or_else(|error| panic!("{said}: {error}")))
}

fn lay_over(base: &mut Value, over: Value) {
    match (base, over) {
        (Value::Object(base), Value::Object(over)) => {
            for (field, value) in over {
                lay_over(base.entry(field).or_insert(Value::Null), value);
            }
        }
        (base, over) => *base = over,
    }
}

/// Data of the `ConfigMap` as JSON, its values lists; `none` where there is no such `ConfigMap`.
fn identity_map(said: &str) -> Fact {
    if said == "none" {
        return Fact::IdentityMap(IdentityMap::default());
    }
    let data: std::collections::BTreeMap<String, Value> =
        serde_json::from_str(said).unwrap_or_else(|error| panic!("{said}: {error}"));
    let data = data
        .into_iter()
        .map(|(field, list)| (field, list.to_string()))
        .collect();
    let map = IdentityMap::read(&data);
    Fact::IdentityMap(map.unwrap_or_else(|error| panic!("{said}: {error}")))
}
