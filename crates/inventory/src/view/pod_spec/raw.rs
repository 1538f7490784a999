//! Pod specs as the API spells them.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::super::quantity::RawQuantity;
use super::{
    Container, ContainerKind, ContainerSecurity, HandlerHost, HostPort, Mark, PodSpec, Resources,
    Text,
};
use crate::view::object::{objects, objects_or_null};

mod handlers;
mod security;
mod volumes;
use handlers::{RawHandler, RawLifecycle};
use security::RawSecurity;
use volumes::{RawVolume, take_volume};

objects_or_null!(RawContainer, RawResources, RawPort);
objects!(RawPodSpec, RawOs, RawMount);

#[cfg(test)]
mod tests;

#[derive(Deserialize)]
#[serde(remote = "Self", rename_all = "camelCase")]
pub(crate) struct RawPodSpec {
    pub(crate) node_name: Option<Text>,
    /// Required: where the field is misspelt, every check would pass the pod.
    containers: Vec<RawContainer>,
    init_containers: Option<Vec<RawContainer>>,
    ephemeral_containers: Option<Vec<RawContainer>>,
    host_network: Option<bool>,
    #[serde(rename = "hostPID")]
    host_pid: Option<bool>,
    #[serde(rename = "hostIPC")]
    host_ipc: Option<bool>,
    host_users: Option<bool>,
    service_account_name: Option<Text>,
    /// The deprecated spelling; the server fills in both.
    service_account: Option<Text>,
    automount_service_account_token: Option<bool>,
    security_context: Option<RawSecurity>,
    volumes: Option<Vec<RawVolume>>,
    resources: Option<RawResources>,
    os: Option<RawOs>,
    runtime_class_name: Option<Text>,
    node_selector: Option<BTreeMap<Text, Text>>,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default, rename_all = "camelCase")]
struct RawContainer {
    name: Option<Text>,
    image: Option<Text>,
    restart_policy: Option<String>,
    security_context: Option<RawSecurity>,
    resources: Option<RawResources>,
    ports: Option<Vec<RawPort>>,
    volume_mounts: Option<Vec<RawMount>>,
    liveness_probe: Option<RawHandler>,
    readiness_probe: Option<RawHandler>,
    startup_probe: Option<RawHandler>,
    lifecycle: Option<RawLifecycle>,
}

#[derive(Deserialize)]
#[serde(remote = "Self")]
struct RawOs {
    name: String,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default)]
struct RawResources {
    limits: Option<BTreeMap<Text, RawQuantity>>,
    requests: Option<BTreeMap<Text, RawQuantity>>,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default, rename_all = "camelCase")]
struct RawPort {
    host_port: Option<i64>,
    #[serde(rename = "hostIP")]
    host_ip: Option<Text>,
}

#[derive(Deserialize)]
#[serde(remote = "Self", rename_all = "camelCase")]
struct RawMount {
    name: Text,
    #[serde(default)]
    read_only: Option<bool>,
}

type Annotations = BTreeMap<Text, Text>;

impl RawPodSpec {
    pub(crate) fn into_spec(
        self,
        annotations: Option<&Annotations>,
        mut marks: Vec<Mark>,
    ) -> PodSpec {
        let mut spec = PodSpec {
            host_network: self.host_network.unwrap_or(false),
            host_pid: self.host_pid.unwrap_or(false),
            host_ipc: self.host_ipc.unwrap_or(false),
            host_users: self.host_users,
            service_account: self
                .service_account_name
                .filter(|name| !name.is_empty())
                .or(self.service_account.filter(|name| !name.is_empty()))
                .unwrap_or_else(|| Text::from("default")),
            automount: self.automount_service_account_token,
            security: self.security_context.map(Into::into).unwrap_or_default(),
            resources: self.resources.map(Into::into).unwrap_or_default(),
            windows: self.os.is_some_and(|os| os.name == "windows")
                || self.node_selector.is_some_and(|labels| {
                    labels.get("kubernetes.io/os").map(AsRef::as_ref) == Some("windows")
                }),
            runtime_class: self.runtime_class_name,
            ..PodSpec::default()
        };
        for volume in self.volumes.into_iter().flatten() {
            take_volume(&mut spec, volume);
        }
        let lists = [
            (ContainerKind::Init, self.init_containers),
            (ContainerKind::Main, Some(self.containers)),
            (ContainerKind::Ephemeral, self.ephemeral_containers),
        ];
        let containers = lists.into_iter().flat_map(|(kind, list)| {
            let list = list.into_iter().flatten();
            list.map(move |container| (kind, container))
        });
        spec.containers = containers
            .map(|(kind, container)| container.into_container(kind, &spec, annotations))
            .collect();
        marks.sort();
        spec.marks = marks;
        // Specs are many, and stay: what a vector keeps free to grow into would be most of their memory.
        spec.containers.shrink_to_fit();
        spec.tokens.shrink_to_fit();
        spec
    }
}

impl RawContainer {
    fn into_container(
        self,
        kind: ContainerKind,
        spec: &PodSpec,
        annotations: Option<&Annotations>,
    ) -> Container {
        let name = self.name.unwrap_or_default();
        let mut security: ContainerSecurity =
            self.security_context.map(Into::into).unwrap_or_default();
        if security.app_armor.is_none() {
            security.app_armor = legacy_app_armor(annotations, &name);
        }
        let mounts = self.volume_mounts.unwrap_or_default();
        Container {
            kind,
            sidecar: kind == ContainerKind::Init
                && self.restart_policy.as_deref() == Some("Always"),
            image: self.image.unwrap_or_default(),
            security,
            resources: self.resources.map(Into::into).unwrap_or_default(),
            host_ports: self
                .ports
                .into_iter()
                .flatten()
                .filter_map(|port| {
                    Some(HostPort {
                        port: port.host_port.filter(|port| *port != 0)?,
                        host_ip: port.host_ip.unwrap_or_default(),
                    })
                })
                .collect(),
            empty_dir_mounts: mounts
                .iter()
                .filter(|mount| mount.read_only != Some(true))
                .map(|mount| &mount.name)
                .filter(|name| spec.empty_dirs.iter().any(|dir| dir.volume == **name))
                .cloned()
                .collect(),
            host_path_mounts: mounts
                .into_iter()
                .map(|mount| mount.name)
                .filter(|name| spec.host_paths.iter().any(|path| path.volume == *name))
                .collect(),
            handler_hosts: handlers::hosts(
                self.liveness_probe,
                self.readiness_probe,
                self.startup_probe,
                self.lifecycle,
            ),
            name,
        }
    }
}

/// The annotation that preceded the field (before 1.30), in the field's words.
fn legacy_app_armor(annotations: Option<&Annotations>, container: &str) -> Option<Text> {
    let key = format!("container.apparmor.security.beta.kubernetes.io/{container}");
    let value = annotations?.get(key.as_str())?;
    Some(match value.as_ref() {
        "unconfined" => Text::from("Unconfined"),
        "runtime/default" | "" => Text::from("RuntimeDefault"),
        profile if profile.starts_with("localhost/") => Text::from("Localhost"),
        // Nothing that is known to confine: it stays as written.
        _ => value.clone(),
    })
}

impl From<RawResources> for Resources {
    fn from(raw: RawResources) -> Self {
        let as_written = |quantities: Option<BTreeMap<Text, RawQuantity>>| {
            quantities
                .into_iter()
                .flatten()
                .map(|(name, quantity)| (name, quantity.as_text()))
                .collect()
        };
        Self {
            limits: as_written(raw.limits),
            requests: as_written(raw.requests),
        }
    }
}
