//! Nodes.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::meta::RawMeta;
use super::{Flag, Flags, Meta, Text};
use crate::view::object::{null_as_default, objects_or_null};

objects_or_null!(
    RawNode,
    RawSpec,
    RawStatus,
    RawCondition,
    RawAddress,
    RawInfo,
    RawEndpoints,
    RawEndpoint
);

/// A Node.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Node {
    /// Metadata.
    pub meta: Meta,
    /// Since when the Ready condition is True; `None` while it is not.
    pub ready_since: Option<DateTime<Utc>>,
    /// First address of type `InternalIP`.
    pub internal_ip: Option<Text>,
    /// The others of that type: a node of two families has one of each, and one of two networks may have one in each.
    pub other_ips: Vec<IpAddr>,
    /// `status.daemonEndpoints.kubeletEndpoint.Port`; 0 where the kubelet has not told.
    pub kubelet_port: u16,
    /// `status.nodeInfo.kubeletVersion`.
    pub kubelet_version: Text,
    /// `status.nodeInfo.operatingSystem`: `linux` or `windows`.
    pub operating_system: Text,
    /// `spec.providerID`
    pub provider_id: Text,
    /// `status.nodeInfo.osImage`
    pub os_image: Text,
    /// Flags of the API server inside k3s, by the annotation `k3s.io/node-args` of a server. Whoever may write the Node can write it.
    pub k3s_server: Option<Box<Flags>>,
    /// Flags that the API server of RKE2 was given, by the annotation `rke2.io/node-args` of a server. What RKE2 sets itself is not
    /// among them.
    pub rke2_server: Option<Box<Flags>>,
}

impl Node {
    /// Whether it says that an address is one of its own, of type `InternalIP`.
    #[must_use]
    pub fn is_at(&self, ip: IpAddr) -> bool {
        let first = self.internal_ip.as_deref();
        first.is_some_and(|first| first.parse::<IpAddr>() == Ok(ip)) || self.other_ips.contains(&ip)
    }
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default)]
pub(crate) struct RawNode {
    metadata: RawMeta,
    spec: Option<RawSpec>,
    status: Option<RawStatus>,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default)]
struct RawSpec {
    #[serde(rename = "providerID")]
    provider_id: Option<Text>,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default, rename_all = "camelCase")]
struct RawStatus {
    conditions: Option<Vec<RawCondition>>,
    addresses: Option<Vec<RawAddress>>,
    node_info: Option<RawInfo>,
    daemon_endpoints: Option<RawEndpoints>,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default, rename_all = "camelCase")]
struct RawEndpoints {
    kubelet_endpoint: Option<RawEndpoint>,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default)]
struct RawEndpoint {
    #[serde(rename = "Port", deserialize_with = "null_as_default")]
    port: u16,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default, rename_all = "camelCase")]
struct RawCondition {
    #[serde(deserialize_with = "null_as_default")]
    r#type: Text,
    #[serde(deserialize_with = "null_as_default")]
    status: Text,
    last_transition_time: Option<DateTime<Utc>>,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default)]
struct RawAddress {
    #[serde(deserialize_with = "null_as_default")]
    r#type: Text,
    #[serde(deserialize_with = "null_as_default")]
    address: Text,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default, rename_all = "camelCase")]
struct RawInfo {
    kubelet_version: Option<Text>,
    operating_system: Option<Text>,
    os_image: Option<Text>,
}

impl From<RawNode> for Node {
    fn from(raw: RawNode) -> Self {
        let status = raw.status.unwrap_or_default();
        let info = status.node_info.unwrap_or_default();
        let arguments = |key| raw.metadata.annotation(key).map(AsRef::as_ref);
        let k3s_server = arguments("k3s.io/node-args").and_then(k3s_server);
        let rke2_server = arguments("rke2.io/node-args").and_then(server);
        let addresses = status.addresses.into_iter().flatten();
        let mut internal_ips = addresses
            .filter(|address| address.r#type.as_ref() == "InternalIP")
            .map(|address| address.address);
        Self {
            k3s_server: k3s_server.map(Box::new),
            rke2_server: rke2_server.map(Box::new),
            provider_id: raw
                .spec
                .and_then(|spec| spec.provider_id)
                .unwrap_or_default(),
            os_image: info.os_image.unwrap_or_default(),
            meta: raw.metadata.into_meta(),
            ready_since: status
                .conditions
                .into_iter()
                .flatten()
                .find(|condition| {
                    condition.r#type.as_ref() == "Ready" && condition.status.as_ref() == "True"
                })
                .and_then(|condition| condition.last_transition_time),
            internal_ip: internal_ips.next(),
            other_ips: internal_ips.filter_map(|ip| ip.parse().ok()).collect(),
            kubelet_port: status
                .daemon_endpoints
                .and_then(|endpoints| endpoints.kubelet_endpoint)
                .map_or(0, |endpoint| endpoint.port),
            kubelet_version: info.kubelet_version.unwrap_or_default(),
            operating_system: info.operating_system.unwrap_or_default(),
        }
    }
}

/// The flags that the arguments of a k3s or RKE2 server give its API server: those of `--kube-apiserver-arg`, and encryption at rest, which
/// has an argument of its own.
fn server(arguments: &str) -> Option<Flags> {
    let words: Vec<Text> = serde_json::from_str(arguments).ok()?;
    let (command, words) = words.split_first()?;
    if command.as_ref() != "server" {
        return None;
    }
    let mut flags = Flags::default();
    let mut words = words.iter().map(|word| &**word).peekable();
    while let Some(word) = words.next() {
        let encrypts = match word.strip_prefix("--secrets-encryption") {
            // k3s notes what is behind an equals sign as a word of its own.
            Some("") => words.peek().is_none_or(|next| *next != "false"),
            Some(value) => value == "=true",
            None => false,
        };
        if encrypts {
            let flag = Flag::EncryptionProviderConfig.name();
            flags.give(flag, "by --secrets-encryption");
        }
        let Some(rest) = word.strip_prefix("--kube-apiserver-arg") else {
            continue;
        };
        let given = match rest.strip_prefix('=') {
            Some(given) => Some(given),
            None if rest.is_empty() => words.next(),
            None => None,
        };
        if let Some((name, value)) = given.and_then(|given| given.split_once('=')) {
            flags.give(name.trim_start_matches('-'), value);
        }
    }
    Some(flags)
}

/// The same over what k3s sets itself.
fn k3s_server(arguments: &str) -> Option<Flags> {
    let mut flags = server(arguments)?;
    flags.give_default(Flag::AuthorizationMode, "Node,RBAC");
    flags.give_default(Flag::AnonymousAuth, "false");
    Some(flags)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Object;
    use crate::{Kind, decode};

    #[test]
    fn a_node_is_at_each_of_its_internal_addresses() {
        let node = r#"{"status": {"addresses": [
            {"type": "InternalIP", "address": "192.0.2.1"}, {"type": "ExternalIP", "address": "203.0.113.1"},
            {"type": "InternalIP", "address": "2001:db8::1"}, {"type": "InternalIP", "address": "198.51.100.1"}]}}"#;
        let Ok(Object::Node(node)) = decode(Kind::Node, node, &[]) else {
            panic!("no Node");
        };
        assert_eq!(node.internal_ip.as_deref(), Some("192.0.2.1"));
        for own in ["192.0.2.1", "198.51.100.1", "2001:db8:0::1"] {
            assert!(node.is_at(own.parse().unwrap()), "{own}");
        }
        assert!(!node.is_at("203.0.113.1".parse().unwrap()));
        assert!(!Node::default().is_at("192.0.2.1".parse().unwrap()));
    }

    #[test]
    fn a_k3s_server_tells_its_api_servers_flags_and_an_agent_none() {
        let said = r#"["server","--kube-apiserver-arg","audit-log-path=/a","--kube-apiserver-arg=token-auth-file=/t","--token","********"]"#;
        let flags = k3s_server(said).unwrap();
        assert_eq!(flags.value(Flag::AuditLogPath), "/a");
        assert_eq!(flags.value(Flag::TokenAuthFile), "/t");
        assert_eq!(flags.value(Flag::AuthorizationMode), "Node,RBAC");
        for (said, encrypts) in [
            (r#"["server","--token","********"]"#, false),
            (r#"["server","--secrets-encryption"]"#, true),
            (r#"["server","--secrets-encryption","true"]"#, true),
            (r#"["server","--secrets-encryption","false"]"#, false),
            (
                r#"["server","--secrets-encryption-provider","secretbox"]"#,
                false,
            ),
        ] {
            let flags = k3s_server(said).unwrap();
            assert_eq!(
                flags.is_set(Flag::EncryptionProviderConfig),
                encrypts,
                "{said}"
            );
        }
        assert_eq!(k3s_server(r#"["agent"]"#), None);
        assert_eq!(k3s_server("server"), None);
    }

    #[test]
    fn of_rke2_is_known_what_it_was_given() {
        let said = r#"["server","--kube-apiserver-arg","token-auth-file=/t"]"#;
        let flags = server(said).unwrap();
        assert_eq!(flags.value(Flag::TokenAuthFile), "/t");
        assert!(!flags.says(Flag::AuthorizationMode));
    }
}
