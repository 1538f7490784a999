//! Security contexts of pods and containers.

use serde::Deserialize;

use crate::view::object::{objects, objects_or_null};
use crate::view::pod_spec::{Capabilities, ContainerSecurity, PodSecurity, SeLinux, Text};

objects_or_null!(RawSecurity, RawSeLinux, RawCapabilities, RawWindows);
objects!(RawProfile, RawNamed);

/// Pod and container security contexts: no field means different things in the two.
#[derive(Deserialize, Default)]
#[serde(remote = "Self", default, rename_all = "camelCase")]
pub(super) struct RawSecurity {
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
