//! `DISTRO`: the `ConfigMaps` of installers that are read, each by its name and no other: the one by which EKS maps identities of the cloud, and
//! the one in which kubeadm keeps how it was told to start the control plane.

use std::collections::BTreeMap;
use std::time::Duration;

use assay_inventory::{Blind, DecodeError, EvidenceKind, Fact, IdentityMap, KubeadmConfig, Reason};
use k8s_openapi::api::core::v1::ConfigMap;
use kube::{Api, Client};

use crate::collector::Collector;

/// Reads the map of identities.
pub(crate) struct IdentityMaps(Named);

/// Reads what kubeadm keeps.
pub(crate) struct KubeadmConfigs(Named);

/// One `ConfigMap` of kube-system.
struct Named {
    maps: Api<ConfigMap>,
    name: &'static str,
    /// The Role of Assay's by which it may be read.
    role: &'static str,
}

impl IdentityMaps {
    /// With the operator's own client.
    pub(crate) fn new(client: Client) -> Self {
        Self(Named {
            maps: Api::namespaced(client, "kube-system"),
            name: "aws-auth",
            role: "assay-operator-identity-maps",
        })
    }
}

impl KubeadmConfigs {
    /// With the operator's own client.
    pub(crate) fn new(client: Client) -> Self {
        Self(Named {
            maps: Api::namespaced(client, "kube-system"),
            name: "kubeadm-config",
            role: "assay-operator-kubeadm-config",
        })
    }
}

impl Named {
    /// What is read of its data; the default if there is no such `ConfigMap`.
    async fn read<T: Default>(
        &self,
        read: impl FnOnce(&BTreeMap<String, String>) -> Result<T, DecodeError>,
    ) -> Result<T, Blind> {
        let Self { name, role, .. } = self;
        let found = self.maps.get_opt(name).await.map_err(|error| match error {
            kube::Error::Api(status) if status.code == 403 => Blind::new(
                Reason::Forbidden,
                format!(
                    "may not get configmaps {name} in namespace kube-system: grant get on it by name, as in Assay's Role {role}"
                ),
            ),
            _ => Blind::new(
                Reason::Unreachable,
                format!(
                    "the API server does not say whether there is a ConfigMap {name} in kube-system"
                ),
            ),
        })?;
        let Some(map) = found else {
            return Ok(T::default());
        };
        read(&map.data.unwrap_or_default()).map_err(|error| {
            Blind::new(
                Reason::Unparseable,
                format!("ConfigMap kube-system/{name} cannot be read: {error}"),
            )
        })
    }
}

impl Collector for IdentityMaps {
    const SOURCE: EvidenceKind = EvidenceKind::IdentityMap;
    const INTERVAL: Duration = Duration::from_mins(1);

    async fn collect(&self) -> Result<Fact, Blind> {
        self.0.read(IdentityMap::read).await.map(Fact::IdentityMap)
    }
}

impl Collector for KubeadmConfigs {
    const SOURCE: EvidenceKind = EvidenceKind::KubeadmConfig;
    const INTERVAL: Duration = Duration::from_mins(5);

    async fn collect(&self) -> Result<Fact, Blind> {
        let config = self.0.read(KubeadmConfig::read).await;
        config.map(Fact::KubeadmConfig)
    }
}
