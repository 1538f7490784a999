//! Static pods of the control plane: which component one runs, and with which flags.

use serde::Deserialize;

use super::Text;
use super::flags::{Component, Flag, Flags, component};

/// What a static pod runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaticPod {
    /// The component.
    pub component: Component,
    /// Its flags as given; `None` where it reads them from a file as well, which is not seen.
    pub flags: Option<Flags>,
}

#[derive(Deserialize)]
struct RawPod {
    spec: RawSpec,
}

#[derive(Deserialize)]
struct RawSpec {
    #[serde(default)]
    containers: Vec<RawContainer>,
}

#[derive(Deserialize)]
struct RawContainer {
    #[serde(default)]
    command: Option<Vec<Text>>,
    #[serde(default)]
    args: Option<Vec<Text>>,
    #[serde(default)]
    env: Option<Vec<RawVariable>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawVariable {
    name: Text,
    #[serde(default)]
    value: Option<Text>,
}

impl StaticPod {
    /// Reads a pod that is known to be a kubelet's mirror; nothing is kept of pods that are no component's.
    pub(crate) fn read(json: &str) -> Option<Box<Self>> {
        let pod: RawPod = serde_json::from_str(json).ok()?;
        let mut found = pod.spec.containers.into_iter().filter_map(|container| {
            let words = [&container.command, &container.args];
            let words = words.into_iter().flatten().flatten();
            let argv: Vec<&str> = words.map(AsRef::as_ref).collect();
            let (component, mut flags) = component(&argv)?;
            if component == Component::Etcd {
                add_environment(&mut flags, container.env.as_deref().unwrap_or_default());
            }
            // Beside a file, etcd passes over its flags.
            let flags = (!flags.is_set(Flag::EtcdConfigFile)).then_some(flags);
            Some(Box::new(Self { component, flags }))
        });
        found.next()
    }
}

/// etcd takes each flag from the environment too; the command line comes first.
fn add_environment(flags: &mut Flags, environment: &[RawVariable]) {
    let mut of_environment = Flags::default();
    for variable in environment {
        if let Some(name) = variable.name.strip_prefix("ETCD_") {
            let name = name.to_lowercase();
            of_environment.give(&name, variable.value.as_deref().unwrap_or_default());
        }
    }
    flags.fill_from(of_environment);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(container: &str) -> Option<Box<StaticPod>> {
        StaticPod::read(&format!(r#"{{"spec": {{"containers": [{container}]}}}}"#))
    }

    #[test]
    fn command_and_arguments_are_one_line() {
        let pod = read(r#"{"command": ["kube-apiserver"], "args": ["--audit-log-path", "-"]}"#);
        let pod = pod.unwrap();
        assert_eq!(pod.component, Component::ApiServer);
        assert_eq!(pod.flags.unwrap().value(Flag::AuditLogPath), "-");
        assert_eq!(read(r#"{"args": ["--audit-log-path", "-"]}"#), None);
    }

    #[test]
    fn etcd_is_set_up_by_its_environment_and_by_a_file_too() {
        let pod = read(
            r#"{"command": ["etcd", "--client-cert-auth=false"], "env": [
                {"name": "ETCD_CLIENT_CERT_AUTH", "value": "true"}, {"name": "ETCD_TRUSTED_CA_FILE", "value": "/ca"}]}"#,
        );
        let flags = pod.unwrap().flags.unwrap();
        assert_eq!(flags.switch(Flag::ClientCertAuth), Some(false));
        assert_eq!(flags.value(Flag::TrustedCaFile), "/ca");
        let pod =
            read(r#"{"command": ["etcd", "--config-file=/etc/etcd.yaml", "--client-cert-auth"]}"#);
        assert_eq!(pod.unwrap().flags, None);
    }
}
