//! Nodes.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::meta::RawMeta;
use super::{Meta, Text};
use crate::view::object::{null_as_default, objects_or_null};

objects_or_null!(
    RawNode,
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
    /// `status.daemonEndpoints.kubeletEndpoint.Port`; 0 where the kubelet has not told.
    pub kubelet_port: u16,
    /// `status.nodeInfo.kubeletVersion`.
    pub kubelet_version: Text,
    /// `status.nodeInfo.operatingSystem`: `linux` or `windows`.
    pub operating_system: Text,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default)]
pub(crate) struct RawNode {
    metadata: RawMeta,
    status: Option<RawStatus>,
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
}

impl From<RawNode> for Node {
    fn from(raw: RawNode) -> Self {
        let status = raw.status.unwrap_or_default();
        let info = status.node_info.unwrap_or_default();
        Self {
            meta: raw.metadata.into_meta(),
            ready_since: status
                .conditions
                .into_iter()
                .flatten()
                .find(|condition| {
                    condition.r#type.as_ref() == "Ready" && condition.status.as_ref() == "True"
                })
                .and_then(|condition| condition.last_transition_time),
            internal_ip: status
                .addresses
                .into_iter()
                .flatten()
                .find(|address| address.r#type.as_ref() == "InternalIP")
                .map(|address| address.address),
            kubelet_port: status
                .daemon_endpoints
                .and_then(|endpoints| endpoints.kubelet_endpoint)
                .map_or(0, |endpoint| endpoint.port),
            kubelet_version: info.kubelet_version.unwrap_or_default(),
            operating_system: info.operating_system.unwrap_or_default(),
        }
    }
}
