//! Evidence in examples: `# SOURCE [of NODE] [at TIME]: WHAT IT SAID`. Later lines overrule earlier ones, as answers do.
//!
//! A source that is `silent REASON: MESSAGE` has not answered. `# now:` comes before lines without a time.

use assay_inventory::{
    AccessAnswer, AccessAnswers, AnonymousProbe, Blind, Deed, Delta, EndpointAnswers, Evidence,
    EvidenceKey, EvidenceKind, Fact, KubeletConfig, Reason, Said,
};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// The source and what it says, if the line is one of evidence.
pub(crate) fn line(line: &str) -> Option<(&str, &str)> {
    let (source, said) = line.strip_prefix("# ")?.split_once(": ")?;
    let kind = source.split_whitespace().next()?;
    matches!(kind, "probe" | "kubelet-config" | "access-reviews").then_some((source, said.trim()))
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
        "access-reviews" => (EvidenceKind::AccessReviews, access_reviews),
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
            (Some((deed, reason)), _) => (deed, Said::Allowed(reason.into())),
            (None, Some((deed, error))) => (deed, Said::Failed(error.into())),
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
            said: said.map_or(Said::Refused, |(_, said)| said.clone()),
        }
    };
    Deed::ALL.map(answer).to_vec()
}
