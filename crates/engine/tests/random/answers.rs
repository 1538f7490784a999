//! What sources of evidence say.

use assay_inventory::view::Text;
use assay_inventory::{
    AccessAnswer, AccessAnswers, AnonymousProbe, Authorizer, Deed, EndpointAnswers, IdentityMap,
    KubeadmConfig, KubeletConfig, ListedSecret, ListedSecrets, MappedIdentity, Said, Sought,
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::objects::{NAMES, NAMESPACES};

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

/// Authorizers that let strangers list pods, of both kinds, that refuse or that fail.
pub(crate) fn reviews(which: u8) -> AccessAnswers {
    let answer = AccessAnswer {
        deed: Deed::ListPods,
        said: match which {
            0 => Said::Allowed(Authorizer::Rbac),
            1 => Said::Allowed(Authorizer::Other),
            2 => Said::Refused,
            _ => Said::Failed,
        },
    };
    AccessAnswers {
        strangers: vec![answer.clone()],
        authenticated: vec![answer],
    }
}

/// What kubeadm has noted: something amiss, something of no interest, or nothing at all.
pub(crate) fn kubeadm_config(which: u8) -> KubeadmConfig {
    let configuration = match which {
        0 => {
            json!({"apiServer": {"extraArgs": {"token-auth-file": "/t", "authorization-mode": "AlwaysAllow"}}})
        }
        1 => {
            json!({"etcd": {"local": {"extraArgs": [{"name": "client-cert-auth", "value": "false"}]}},
            "scheduler": {"extraArgs": [{"name": "bind-address", "value": "0.0.0.0"}]}})
        }
        2 => json!({"apiServer": {"extraArgs": {"v": "2"}}}),
        _ => return KubeadmConfig::default(),
    };
    let data = [("ClusterConfiguration".to_owned(), configuration.to_string())];
    KubeadmConfig::read(&data.into()).expect("a configuration")
}

/// None; a token in a namespace, named like its account's own or not; a bootstrap token that is about to be a day old, and the
/// passwords.
pub(crate) fn secrets(which: u8, now: DateTime<Utc>) -> ListedSecrets {
    let mut listed = ListedSecrets::default();
    let mut add = |namespace: &str, sought, name: &str, made_by| {
        let secret = ListedSecret {
            name: name.into(),
            made_by,
        };
        listed.add(namespace.into(), sought, secret);
    };
    let own = format!("{}-token-x7k2p", NAMES[0]);
    match which {
        0 => {}
        1 => add(NAMESPACES[0], Sought::ServiceAccountToken, &own, None),
        2 => add(NAMESPACES[1], Sought::ServiceAccountToken, "other", None),
        _ => {
            let made = now - TimeDelta::hours(24) + TimeDelta::minutes(5);
            add(
                "kube-system",
                Sought::BootstrapToken,
                "bootstrap-token-a",
                Some(made),
            );
            add("kube-system", Sought::OpenShiftPassword, "kubeadmin", None);
            let argo = "argocd-initial-admin-secret";
            add(NAMESPACES[0], Sought::ArgoCdPassword, argo, None);
        }
    }
    listed
}
