//! Pod specs as the API spells them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::super::quantity::{RawQuantity, is_zero};
use super::{
    Capabilities, Container, ContainerKind, ContainerSecurity, EmptyDir, HandlerHost, HostPath,
    HostPort, ImageVolume, Mark, PodSecurity, PodSpec, ProjectedToken, Resources, SeLinux, Text,
    api_access_volume,
};
use crate::view::object::{null_as_default, objects, objects_or_null};

mod handlers;
use handlers::{RawHandler, RawLifecycle};

objects_or_null!(
    RawContainer,
    RawSecurity,
    RawSeLinux,
    RawCapabilities,
    RawWindows,
    RawResources,
    RawPort,
    RawVolume,
    RawEmptyDir,
    RawProjected,
    RawSource,
    RawToken
);
objects!(
    RawPodSpec,
    RawProfile,
    RawNamed,
    RawOs,
    RawMount,
    RawHostPath,
    RawImage
);

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

/// Pod and container security contexts: no field means different things in the two.
#[derive(Deserialize, Default)]
#[serde(remote = "Self", default, rename_all = "camelCase")]
struct RawSecurity {
    privileged: Option<bool>,
    allow_privilege_escalation: Option<bool>,
    run_as_user: Option<i64>,
    run_as_non_root: Option<bool>,
    read_only_root_filesystem: Option<bool>,
    proc_mount: Option<Text>,
    seccomp_profile: Option<RawProfile>,
    app_armor_profile: Option<RawProfile>,
    se_linux_options: Option<RawSeLinux>,
    capabilities: Option<RawCapabilities>,
    windows_options: Option<RawWindows>,
    sysctls: Option<Vec<RawNamed>>,
}

#[derive(Deserialize)]
#[serde(remote = "Self")]
struct RawProfile {
    r#type: Text,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default)]
struct RawSeLinux {
    user: Option<Text>,
    role: Option<Text>,
    r#type: Option<Text>,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default)]
struct RawCapabilities {
    add: Option<Vec<String>>,
    drop: Option<Vec<String>>,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default, rename_all = "camelCase")]
struct RawWindows {
    host_process: Option<bool>,
}

#[derive(Deserialize)]
#[serde(remote = "Self")]
struct RawNamed {
    name: Text,
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

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default, rename_all = "camelCase")]
struct RawVolume {
    #[serde(deserialize_with = "null_as_default")]
    name: Text,
    host_path: Option<RawHostPath>,
    empty_dir: Option<RawEmptyDir>,
    projected: Option<RawProjected>,
    image: Option<RawImage>,
    /// Sources of which nothing is read.
    #[serde(flatten)]
    others: BTreeMap<Text, Option<IgnoredAny>>,
}

impl RawVolume {
    /// The API server gives a volume without any source an emptyDir.
    fn scratch(&mut self) -> Option<RawEmptyDir> {
        let has_source = self.host_path.is_some()
            || self.projected.is_some()
            || self.image.is_some()
            || self.others.values().any(Option::is_some);
        self.empty_dir
            .take()
            .or_else(|| (!has_source).then(RawEmptyDir::default))
    }
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default, rename_all = "camelCase")]
struct RawEmptyDir {
    medium: Option<Text>,
    size_limit: Option<RawQuantity>,
}

#[derive(Deserialize)]
#[serde(remote = "Self")]
struct RawHostPath {
    path: Text,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default)]
struct RawProjected {
    sources: Option<Vec<RawSource>>,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default, rename_all = "camelCase")]
struct RawSource {
    service_account_token: Option<RawToken>,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default, rename_all = "camelCase")]
struct RawToken {
    audience: Option<Text>,
    expiration_seconds: Option<i64>,
}

#[derive(Deserialize)]
#[serde(remote = "Self")]
struct RawImage {
    #[serde(default)]
    reference: Option<Text>,
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

fn take_volume(spec: &mut PodSpec, mut volume: RawVolume) {
    let scratch = volume.scratch();
    if let Some(host) = volume.host_path {
        spec.host_paths.push(HostPath {
            volume: volume.name.clone(),
            path: host.path,
        });
    }
    if let Some(scratch) = scratch
        && scratch.medium.as_deref().unwrap_or_default().is_empty()
    {
        spec.empty_dirs.push(EmptyDir {
            volume: volume.name.clone(),
            limited: scratch
                .size_limit
                .is_some_and(|limit| !is_zero(&limit.as_text())),
        });
    }
    if let Some(image) = volume.image {
        spec.image_volumes.push(ImageVolume {
            volume: volume.name.clone(),
            reference: image.reference.unwrap_or_default(),
        });
    }
    let tokens = volume
        .projected
        .and_then(|projected| projected.sources)
        .into_iter()
        .flatten()
        .filter_map(|source| source.service_account_token);
    for token in tokens {
        spec.tokens.push(ProjectedToken {
            volume: if is_generated(&volume.name) {
                api_access_volume()
            } else {
                volume.name.clone()
            },
            audience: token.audience.filter(|audience| !audience.is_empty()),
            expiration_seconds: token.expiration_seconds,
        });
    }
}

/// Whether admission made up the name of the volume: a prefix, and five characters of those from which the API server makes
/// names (`k8s.io/apimachinery/pkg/util/rand`), which spell no word. People call volumes by that prefix too.
fn is_generated(volume: &str) -> bool {
    let random = |byte: u8| b"bcdfghjklmnpqrstvwxz2456789".contains(&byte);
    volume
        .strip_prefix("kube-api-access-")
        .is_some_and(|suffix| suffix.len() == 5 && suffix.bytes().all(random))
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

impl RawSeLinux {
    fn into_view(self) -> SeLinux {
        SeLinux {
            user: self.user.unwrap_or_default(),
            role: self.role.unwrap_or_default(),
            kind: self.r#type.unwrap_or_default(),
        }
    }
}

/// A capability as the view has it, see [`Capabilities`].
fn capability(name: &str) -> Text {
    let upper = name.to_ascii_uppercase();
    let bare = upper.strip_prefix("CAP_").filter(|bare| *bare != "ALL");
    Text::from(bare.unwrap_or(&upper))
}

impl From<RawSecurity> for ContainerSecurity {
    fn from(raw: RawSecurity) -> Self {
        let names = |names: Option<Vec<String>>| {
            let names = names.into_iter().flatten();
            names.map(|name| capability(&name)).collect()
        };
        let capabilities = raw.capabilities.unwrap_or_default();
        Self {
            privileged: raw.privileged,
            allow_privilege_escalation: raw.allow_privilege_escalation,
            run_as_user: raw.run_as_user,
            run_as_non_root: raw.run_as_non_root,
            read_only_root: raw.read_only_root_filesystem,
            proc_mount: raw.proc_mount,
            seccomp: raw.seccomp_profile.map(|profile| profile.r#type),
            app_armor: raw.app_armor_profile.map(|profile| profile.r#type),
            se_linux: raw
                .se_linux_options
                .map(|options| Box::new(options.into_view())),
            capabilities: Capabilities {
                add: names(capabilities.add),
                drop: names(capabilities.drop),
            },
            windows_host_process: raw.windows_options.and_then(|windows| windows.host_process),
        }
    }
}

impl From<RawSecurity> for PodSecurity {
    fn from(raw: RawSecurity) -> Self {
        Self {
            run_as_user: raw.run_as_user,
            run_as_non_root: raw.run_as_non_root,
            seccomp: raw.seccomp_profile.map(|profile| profile.r#type),
            app_armor: raw.app_armor_profile.map(|profile| profile.r#type),
            se_linux: raw
                .se_linux_options
                .map(|options| Box::new(options.into_view())),
            windows_host_process: raw.windows_options.and_then(|windows| windows.host_process),
            sysctls: raw
                .sysctls
                .into_iter()
                .flatten()
                .map(|sysctl| sysctl.name)
                .collect(),
        }
    }
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
