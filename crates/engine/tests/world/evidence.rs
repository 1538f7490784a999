//! Evidence in examples: `# SOURCE [of NODE OR NAMESPACE] [at TIME]: WHAT IT SAID`. Later lines overrule earlier ones, as answers do.
//!
//! A source that is `silent REASON: MESSAGE` has not answered. `# now:` comes before lines without a time.

mod admission;
mod secrets;
mod servers;

use assay_inventory::{
    AccessAnswer, AccessAnswers, AnonymousProbe, ApiServerFlags, ApiServerMetrics, Blind, Deed,
    Delta, EndpointAnswers, EndpointFlags, EndpointMetrics, Evidence, EvidenceKey, EvidenceKind,
    Fact, IdentityMap, KubeadmConfig, KubeletConfig, Metrics, Reason, Said, SilentEndpoint,
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
        "flags",
        "metrics",
        "access-reviews",
        "admission-probe",
        "kubeadm-config",
        "secret-types",
    ];
    sources.contains(&kind).then_some((source, said.trim()))
}

/// What the line tells the inventory.
pub(crate) fn delta(source: &str, said: &str, now: DateTime<Utc>) -> Delta {
    let (source, observed) = source
        .split_once(" at ")
        .map_or((source, now), |(source, time)| (source, super::at(time)));
    let (source, about) = source.split_once(" of ").unwrap_or((source, ""));
    let (kind, read): (_, fn(&str) -> Fact) = match source {
        "probe" => (EvidenceKind::AnonymousProbe, probe),
        "kubelet-config" => (EvidenceKind::KubeletConfig, kubelet_config),
        "kubelet-probe" => (EvidenceKind::KubeletProbe, servers::kubelet_probe),
        "kubelet-tls" => (EvidenceKind::KubeletTls, servers::kubelet_tls),
        "api-server-tls" => (EvidenceKind::ApiServerTls, servers::api_server_tls),
        "identity-map" => (EvidenceKind::IdentityMap, identity_map),
        "flags" => (EvidenceKind::ApiServerFlags, flags),
        "metrics" => (EvidenceKind::ApiServerMetrics, metrics),
        "access-reviews" => (EvidenceKind::AccessReviews, access_reviews),
        "admission-probe" => (EvidenceKind::AdmissionProbe, admission::probe),
        "kubeadm-config" => (EvidenceKind::KubeadmConfig, kubeadm_config),
        "secret-types" => (EvidenceKind::SecretTypes, secrets::listed),
        other => panic!("no such source: {other}"),
    };
    if let Some(silent) = said.strip_prefix("silent ") {
        return Delta::NotCollected {
            key: EvidenceKey::about(kind, &about.into()),
            blind: blind(silent),
        };
    }
    Delta::Collected(Evidence {
        about: about.into(),
        at: observed,
        fact: read(said),
    })
}

/// `REASON: MESSAGE`
fn blind(silent: &str) -> Blind {
    let Some((reason, message)) = silent.split_once(": ") else {
        panic!("not `silent REASON: MESSAGE`: {silent}");
    };
    let reason = match reason {
        "Forbidden" => Reason::Forbidden,
        "Unreachable" => Reason::Unreachable,
        "Unparseable" => Reason::Unparseable,
        other => panic!("no such reason: {other}"),
    };
    Blind::new(reason, message)
}

/// What each API server said, between bars: `[ADDRESS] WHAT` or `ADDRESS silent REASON: MESSAGE`. The first needs no address.
fn of_endpoints<T>(said: &str, read: impl Fn(&str, &str) -> T) -> (Vec<T>, Vec<SilentEndpoint>) {
    let mut told = Vec::new();
    let mut silent = Vec::new();
    for part in said.split(" | ") {
        let (address, what) = part
            .split_once(' ')
            .filter(|(first, _)| first.ends_with(":6443"))
            .unwrap_or(("192.0.2.1:6443", part));
        match what.strip_prefix("silent ") {
            Some(why) => silent.push(SilentEndpoint {
                address: address.into(),
                why: blind(why),
            }),
            None => told.push(read(address, what)),
        }
    }
    (told, silent)
}

/// Flags as JSON, over those of an API server that is set up well.
fn flags(said: &str) -> Fact {
    let (endpoints, silent) = of_endpoints(said, |address, over| {
        let mut flags = json!({
            "anonymous-auth": "true",
            "audit-log-path": "/var/log/audit.log",
            "audit-policy-file": "/etc/kubernetes/audit.yaml",
            "authentication-config": "/etc/kubernetes/authentication.yaml",
            "authorization-mode": "[Node,RBAC]",
            "client-ca-file": "/etc/kubernetes/pki/ca.crt",
            "encryption-provider-config": "/etc/kubernetes/encryption.yaml",
            "etcd-cafile": "/etc/kubernetes/pki/etcd/ca.crt",
            "etcd-servers": "[https://127.0.0.1:2379]",
            "requestheader-client-ca-file": "/etc/kubernetes/pki/front-proxy-ca.crt",
            "service-account-extend-token-expiration": "false",
            "service-account-lookup": "true",
            "service-account-max-token-expiration": "24h0m0s",
            "token-auth-file": "",
        });
        let over = serde_json::from_str(over).unwrap_or_else(|error| panic!("{over}: {error}"));
        lay_over(&mut flags, over);
        let answer = json!({ "flags": flags }).to_string();
        EndpointFlags::read(address, &answer).unwrap_or_else(|error| panic!("{said}: {error}"))
    });
    Fact::ApiServerFlags(ApiServerFlags {
        version: "v1.36.0".into(),
        endpoints,
        silent,
    })
}

/// Lines of metrics, between semicolons; `new` before them where the server has only just started.
fn metrics(said: &str) -> Fact {
    let (endpoints, silent) = of_endpoints(said, |address, said| {
        let (said, settled) = said
            .strip_prefix("new ")
            .map_or((said, true), |said| (said, false));
        let mut metrics = Metrics::default();
        said.split("; ").for_each(|line| metrics.take(line));
        EndpointMetrics {
            address: address.into(),
            settled,
            metrics,
        }
    });
    Fact::ApiServerMetrics(ApiServerMetrics { endpoints, silent })
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

/// The `ClusterConfiguration` as JSON, which is YAML.
fn kubeadm_config(said: &str) -> Fact {
    let data = [("ClusterConfiguration".to_owned(), said.to_owned())];
    let config = KubeadmConfig::read(&data.into());
    Fact::KubeadmConfig(config.unwrap_or_else(|error| panic!("{said}: {error}")))
}

/// `STRANGERS; AUTHENTICATED`, of each what is not refused: `list pods=REASON, get /metrics!ERROR`, or `-` for nothing.
fn access_reviews(said: &str) -> Fact {
    let Some((strangers, authenticated)) = said.split_once(';') else {
        panic!("not `STRANGERS; AUTHENTICATED`: {said}");
    };
    Fact::AccessAnswers(AccessAnswers {
        strangers: answers(strangers),
        authenticated: answers(authenticated),
    })
}

fn answers(said: &str) -> Vec<AccessAnswer> {
    let told: Vec<(&str, Said)> = said
        .split(',')
        .map(str::trim)
        .filter(|part| *part != "-")
        .map(|part| match (part.split_once('='), part.split_once('!')) {
            (Some((deed, reason)), _) => (deed, Said::of(true, reason, "")),
            (None, Some((deed, error))) => (deed, Said::of(false, "", error)),
            (None, None) => panic!("neither `DEED=REASON` nor `DEED!ERROR`: {part}"),
        })
        .collect();
    let known = |deed: &str| Deed::ALL.iter().any(|known| known.to_string() == deed);
    for (deed, _) in &told {
        assert!(known(deed), "no such deed: {deed}");
    }
    let answer = |deed: Deed| {
        let said = told.iter().find(|(told, _)| *told == deed.to_string());
        AccessAnswer {
            deed,
            said: said.map_or(Said::Refused, |(_, said)| *said),
        }
    };
    Deed::ALL.map(answer).to_vec()
}
