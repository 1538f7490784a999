//! Objects of kinds that other tools define: of each, some that differ in what is read of them.

use assay_inventory::{Class, Kind, ThirdParty};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

/// Such a kind, those that are judged for themselves more often.
pub(super) fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![
        1 => select(&ThirdParty::ALL[..]),
        1 => select(vec![
            ThirdParty::AckCluster,
            ThirdParty::Certificate,
            ThirdParty::TrustBundle,
        ]),
    ]
    .prop_map(Kind::ThirdParty)
}

/// All but the metadata. The times are those at which statements begin and end.
pub(super) fn bodies(kind: ThirdParty) -> Vec<Value> {
    let mut bodies = vec![json!({})];
    bodies.extend(match kind.class() {
        // What is a text for one of them is a map for another.
        _ if kind == ThirdParty::CapiRosa => vec![
            json!({"spec": {"endpointAccess": "Private", "etcdEncryptionKMSARN": "arn:aws:kms:key/a"}}),
            json!({"spec": {"endpointAccess": "Public"}}),
        ],
        Class::ClusterDescription => vec![
            json!({"spec": {"resourcesVPCConfig": {"endpointPublicAccess": false}, "endpointAccess": {"public": false}}}),
            json!({"spec": {"logging": {"clusterLogging": [{"enabled": true, "types": ["audit"]}], "audit": true}}}),
            json!({"spec": {"forProvider": {"enabledClusterLogTypes": ["audit"], "privateClusterEnabled": true}}}),
            json!({"spec": {"privateClusterConfig": {"enablePrivateEndpoint": true}}}),
        ],
        Class::Setting => vec![
            json!({"enabled": true, "spec": {"audit": {"profile": "None"}, "type": "OIDC"}}),
            json!({"spec": {"audit": {"profile": "Default"}, "encryption": {"type": "aescbc"}}}),
            json!({"spec": {"identityProviders": [{"name": "a", "type": "HTPasswd"}]}}),
            json!({"spec": {"pipelines": [{"inputRefs": ["audit"], "outputRefs": ["out"]}]}}),
        ],
        Class::Certificate => vec![
            json!({"status": {"notAfter": "2027-12-10T06:52:00Z"}}),
            json!({"status": {"conditions": [{"type": "Ready", "status": "False", "reason": "Failed"}]}}),
            json!({"status": {"conditions": [{"type": "Ready", "status": "True"}], "notAfter": "2028-12-10T00:00:00Z"}}),
        ],
        Class::TrustBundle => vec![
            json!({"spec": {"sources": [{"configMap": {"name": "kube-root-ca.crt"}}]}}),
        ],
    });
    bodies
}
