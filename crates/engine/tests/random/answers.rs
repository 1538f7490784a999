//! What sources of evidence say.

use assay_inventory::view::Text;
use assay_inventory::{
    AccessAnswer, AccessAnswers, AnonymousProbe, Deed, EndpointAnswers, IdentityMap, KubeletConfig,
    MappedIdentity, Said,
};
use serde_json::json;

/// An API server that gives a stranger this answer to all but `/livez`.
pub(crate) fn probe(code: u16) -> AnonymousProbe {
    AnonymousProbe {
        silent: Vec::new(),
        endpoints: vec![EndpointAnswers {
            address: Text::from("192.0.2.1:6443"),
            livez: 200,
            version: code,
            api: code,
        }],
    }
}

/// A kubelet that lets strangers in, or not.
pub(crate) fn kubelet(open: bool) -> KubeletConfig {
    let configz = json!({"kubeletconfig": {
        "authentication": {"anonymous": {"enabled": open}, "webhook": {"enabled": true}},
        "authorization": {"mode": "Webhook"},
    }});
    KubeletConfig::read(&configz.to_string()).expect("a configuration")
}

/// A map that gives a role a group, which bindings may name, or none; there is none at all where that is not said.
pub(crate) fn identity_map(given: Option<bool>) -> IdentityMap {
    IdentityMap {
        entries: given.map(|given| {
            vec![MappedIdentity {
                field: "mapRoles",
                arn: "arn:aws:iam::111122223333:role/a".into(),
                username: "a".into(),
                groups: given
                    .then(|| "system:authenticated".into())
                    .into_iter()
                    .collect(),
            }]
        }),
    }
}

pub(crate) fn reviews(open: bool) -> AccessAnswers {
    let answer = AccessAnswer {
        deed: Deed::ListPods,
        said: if open {
            Said::Allowed("so it is".into())
        } else {
            Said::Refused
        },
    };
    AccessAnswers {
        strangers: vec![answer.clone()],
        authenticated: vec![answer],
    }
}
