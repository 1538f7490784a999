//! How kubeadm was told to start the control plane: the `ConfigMap` `kube-system/kubeadm-config`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::yaml::yaml_of;
use crate::DecodeError;
use crate::view::{Component, Flags};

/// What is in it. It is what the last `kubeadm init` or `upgrade` was told, and what the next one will do; whoever edits a manifest on
/// a node leaves it as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KubeadmConfig {
    /// Flags that components are given beside those that kubeadm gives them itself; nothing if there is no such `ConfigMap`.
    given: BTreeMap<Component, Flags>,
}

/// Where the arguments of components stand.
const PLACES: [(Component, &str); 4] = [
    (Component::ApiServer, "/apiServer/extraArgs"),
    (Component::ControllerManager, "/controllerManager/extraArgs"),
    (Component::Scheduler, "/scheduler/extraArgs"),
    (Component::Etcd, "/etcd/local/extraArgs"),
];

impl KubeadmConfig {
    /// Reads the data of the `ConfigMap`. Arguments are a map up to `v1beta3` of kubeadm's API and a list since `v1beta4`.
    ///
    /// # Errors
    /// [`DecodeError`] if its `ClusterConfiguration` is no YAML.
    pub fn read(data: &BTreeMap<String, String>) -> Result<Self, DecodeError> {
        let configuration: Option<Value> = yaml_of(data, "ClusterConfiguration")?;
        let Some(configuration) = configuration else {
            return Ok(Self::default());
        };
        let given = PLACES.into_iter().filter_map(|(component, place)| {
            let arguments = configuration.pointer(place)?;
            Some((component, flags(arguments)))
        });
        Ok(Self {
            given: given.collect(),
        })
    }

    /// What a component is given, if anything is.
    #[must_use]
    pub fn given(&self, component: Component) -> Option<&Flags> {
        self.given.get(&component)
    }
}

fn flags(arguments: &Value) -> Flags {
    let mut flags = Flags::default();
    match arguments {
        Value::Object(map) => {
            for (name, value) in map {
                flags.give(name, &word(value));
            }
        }
        Value::Array(list) => {
            for argument in list {
                if let Some(name) = argument.get("name").and_then(Value::as_str) {
                    flags.give(name, &argument.get("value").map(word).unwrap_or_default());
                }
            }
        }
        _ => {}
    }
    flags
}

/// Whoever writes YAML by hand leaves quotes away.
fn word(value: &Value) -> String {
    match value {
        Value::String(word) => word.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Flag;

    fn read(text: &str) -> Result<KubeadmConfig, DecodeError> {
        let data = BTreeMap::from([("ClusterConfiguration".to_owned(), text.to_owned())]);
        KubeadmConfig::read(&data)
    }

    #[test]
    fn arguments_are_read_as_each_version_of_kubeadm_writes_them() {
        let old = "apiServer:\n  extraArgs:\n    token-auth-file: /t\n    audit-log-maxage: 7\netcd: {local: {dataDir: /d}}\n";
        let new = "apiServer:\n  extraArgs:\n  - {name: token-auth-file, value: /t}\n  - {name: audit-log-maxage, value: \"7\"}\n";
        for text in [old, new] {
            let config = read(text).unwrap();
            let flags = config.given(Component::ApiServer).unwrap();
            assert_eq!(flags.value(Flag::TokenAuthFile), "/t");
            assert_eq!(flags.value(Flag::AuditLogMaxAge), "7");
            assert!(!flags.says(Flag::AuthorizationMode));
            assert_eq!(config.given(Component::Etcd), None);
        }
    }

    #[test]
    fn nothing_is_nothing_and_nonsense_is_an_error() {
        let none = KubeadmConfig::read(&BTreeMap::new()).unwrap();
        assert_eq!(none, KubeadmConfig::default());
        assert_eq!(read("{}").unwrap(), none);
        assert_eq!(read("a: [").unwrap_err().field, "data.ClusterConfiguration");
    }
}
