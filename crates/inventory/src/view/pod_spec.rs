//! Pod specs: of all a pod asks for, what decides how far it can reach.

use std::sync::Arc;

use super::{Pairs, Text};

mod raw;
pub(crate) use raw::RawPodSpec;

/// A pod's spec. Names that the API server makes up per pod are left out, so that replicas are equal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are the API's own fields"
)]
pub struct PodSpec {
    /// All containers: init containers first, then the main ones, then ephemeral ones.
    pub containers: Vec<Container>,
    /// `hostNetwork`
    pub host_network: bool,
    /// `hostPID`
    pub host_pid: bool,
    /// `hostIPC`
    pub host_ipc: bool,
    /// `hostUsers`; false puts the pod into a user namespace of its own. Unset means true.
    pub host_users: Option<bool>,
    /// `serviceAccountName`, defaulted to `default`.
    pub service_account: Text,
    /// `automountServiceAccountToken`; it wins over the `ServiceAccount`'s.
    pub automount: Option<bool>,
    /// Pod-level security context.
    pub security: PodSecurity,
    /// hostPath volumes.
    pub host_paths: Vec<HostPath>,
    /// emptyDir volumes on disk.
    pub empty_dirs: Vec<EmptyDir>,
    /// Projected `ServiceAccount` tokens, those that admission adds among them.
    pub tokens: Vec<ProjectedToken>,
    /// OCI image volumes (stable in 1.36).
    pub image_volumes: Vec<ImageVolume>,
    /// Pod-level resources (beta, on by default, since 1.34).
    pub resources: Resources,
    /// `os.name` is `windows`, or `nodeSelector` wants such a node, which its kubelet enforces: Linux fields do not apply.
    pub windows: bool,
    /// `runtimeClassName`
    pub runtime_class: Option<Text>,
    /// What extractors found in the raw object.
    pub marks: Vec<Mark>,
}

/// What an extractor keeps of a raw object: where, and which of its patterns; never the value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark {
    /// Id of the extractor.
    pub extractor: &'static str,
    /// Container it is in; empty for the pod itself.
    pub container: Text,
    /// Field, e.g. `env[DB_PASSWORD].value`.
    pub field: Text,
    /// What it looks like, in the extractor's words.
    pub what: &'static str,
}

/// Which list a container stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContainerKind {
    /// `initContainers`, restartable sidecars among them.
    Init,
    /// `containers`
    Main,
    /// `ephemeralContainers`
    Ephemeral,
}

impl ContainerKind {
    /// The field that lists them.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::Init => "initContainers",
            Self::Main => "containers",
            Self::Ephemeral => "ephemeralContainers",
        }
    }
}

/// A container.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Container {
    /// Which list it stands in.
    pub kind: ContainerKind,
    /// `restartPolicy: Always` on an init container makes it a sidecar that stays.
    pub sidecar: bool,
    /// Name.
    pub name: Text,
    /// Image reference as written.
    pub image: Text,
    /// Security context.
    pub security: ContainerSecurity,
    /// Resources.
    pub resources: Resources,
    /// Ports bound on the node.
    pub host_ports: Vec<HostPort>,
    /// Names of hostPath volumes it mounts.
    pub host_path_mounts: Vec<Text>,
    /// Names of emptyDir volumes on disk that it may write to.
    pub empty_dir_mounts: Vec<Text>,
    /// Probes and lifecycle handlers that name a host, which the kubelet then calls instead of the pod.
    pub handler_hosts: Vec<HandlerHost>,
}

/// A probe or lifecycle handler that names a host.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HandlerHost {
    /// Field of the container, e.g. `livenessProbe.httpGet.host`.
    pub field: &'static str,
    /// The host.
    pub host: Text,
}

/// A port of the node.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostPort {
    /// Port number on the node, 1–65535.
    pub port: i64,
    /// Address it is bound to; empty means all.
    pub host_ip: Text,
}

/// A container's security context.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ContainerSecurity {
    /// `privileged`
    pub privileged: Option<bool>,
    /// `allowPrivilegeEscalation`
    pub allow_privilege_escalation: Option<bool>,
    /// `runAsUser`
    pub run_as_user: Option<i64>,
    /// `runAsNonRoot`
    pub run_as_non_root: Option<bool>,
    /// `readOnlyRootFilesystem`
    pub read_only_root: Option<bool>,
    /// `procMount`
    pub proc_mount: Option<Text>,
    /// `seccompProfile.type`
    pub seccomp: Option<Text>,
    /// `appArmorProfile.type`, or the legacy annotation in the field's words.
    pub app_armor: Option<Text>,
    /// `seLinuxOptions`
    pub se_linux: Option<Box<SeLinux>>,
    /// Capabilities.
    pub capabilities: Capabilities,
    /// `windowsOptions.hostProcess`
    pub windows_host_process: Option<bool>,
}

/// `SELinux` options; what is unset is empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SeLinux {
    /// `user`
    pub user: Text,
    /// `role`
    pub role: Text,
    /// `type`
    pub kind: Text,
}

/// Added and dropped capabilities, in upper case and without the `CAP_` prefix, save `CAP_ALL`, which runtimes do not
/// take for `ALL`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Capabilities {
    /// `add`
    pub add: Vec<Text>,
    /// `drop`
    pub drop: Vec<Text>,
}

/// A pod's security context.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct PodSecurity {
    /// `runAsUser`
    pub run_as_user: Option<i64>,
    /// `runAsNonRoot`
    pub run_as_non_root: Option<bool>,
    /// `seccompProfile.type`
    pub seccomp: Option<Text>,
    /// `appArmorProfile.type`
    pub app_armor: Option<Text>,
    /// `seLinuxOptions`
    pub se_linux: Option<Box<SeLinux>>,
    /// `windowsOptions.hostProcess`
    pub windows_host_process: Option<bool>,
    /// Names of `sysctls`.
    pub sysctls: Vec<Text>,
}

/// Limits and requests, by resource name, as written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Resources {
    /// `limits`
    pub limits: Pairs,
    /// `requests`
    pub requests: Pairs,
}

/// A hostPath volume.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostPath {
    /// Volume name.
    pub volume: Text,
    /// Path on the node.
    pub path: Text,
}

/// An emptyDir volume on the node's disk. Those in memory count towards the memory of who writes them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmptyDir {
    /// Volume name.
    pub volume: Text,
    /// Whether `sizeLimit` bounds it.
    pub limited: bool,
}

/// A projected `ServiceAccount` token.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProjectedToken {
    /// Volume name; of the one that admission adds, whose name differs from pod to pod, one that stands for all of them.
    pub volume: Text,
    /// Audience; `None` means the API server's own.
    pub audience: Option<Text>,
    /// Lifetime in seconds; unset means 3600.
    pub expiration_seconds: Option<i64>,
}

impl ProjectedToken {
    /// Whether admission added it, by the name of its volume: in a template, nothing has been added yet.
    #[must_use]
    pub fn is_by_admission(&self) -> bool {
        self.volume.as_ref() == API_ACCESS
    }
}

/// An OCI image mounted as a volume.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImageVolume {
    /// Volume name.
    pub volume: Text,
    /// Image reference as written; empty where none is.
    pub reference: Text,
}

/// Stands for the name of every volume that admission adds. No volume can be called so.
const API_ACCESS: &str = "kube-api-access-*";

pub(crate) fn api_access_volume() -> Text {
    Arc::from(API_ACCESS)
}
