//! `DISTRO`: the `ConfigMap` by which EKS maps identities of the cloud, read by its name and no other.

use std::time::Duration;

use assay_inventory::{Blind, EvidenceKind, Fact, IdentityMap, Reason};
use k8s_openapi::api::core::v1::ConfigMap;
use kube::{Api, Client};

use crate::collector::Collector;

const NAME: &str = "aws-auth";

/// Reads the map.
pub(crate) struct IdentityMaps {
    maps: Api<ConfigMap>,
}

impl IdentityMaps {
    /// With the operator's own client.
    pub(crate) fn new(client: Client) -> Self {
        Self {
            maps: Api::namespaced(client, "kube-system"),
        }
    }
}

impl Collector for IdentityMaps {
    const SOURCE: EvidenceKind = EvidenceKind::IdentityMap;
    const INTERVAL: Duration = Duration::from_mins(1);

    async fn collect(&self) -> Result<Fact, Blind> {
        let found = self.maps.get_opt(NAME).await.map_err(|error| match error {
            kube::Error::Api(status) if status.code == 403 => Blind::new(
                Reason::Forbidden,
                "may not get configmaps aws-auth in namespace kube-system: grant get on it by name, as in Assay's Role assay-operator-identity-maps",
            ),
            _ => Blind::new(
                Reason::Unreachable,
                "the API server does not say whether there is a ConfigMap aws-auth in kube-system",
            ),
        })?;
        let map = match found {
            None => IdentityMap::default(),
            Some(map) => IdentityMap::read(&map.data.unwrap_or_default()).map_err(|error| {
                Blind::new(
                    Reason::Unparseable,
                    format!("ConfigMap kube-system/aws-auth cannot be read: {error}"),
                )
            })?,
        };
        Ok(Fact::IdentityMap(map))
    }
}
