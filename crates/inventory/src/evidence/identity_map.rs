//! What a managed cluster maps its cloud's identities to: the `ConfigMap` `kube-system/aws-auth`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::yaml::yaml_of;
use crate::DecodeError;
use crate::view::Text;

/// The map; empty where there is none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IdentityMap {
    /// What it maps; `None` if the cluster has no such `ConfigMap`.
    pub entries: Option<Vec<MappedIdentity>>,
}

/// One identity of the cloud, and who it is in the cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappedIdentity {
    /// The key it stands under: `mapRoles` or `mapUsers`.
    pub field: &'static str,
    /// Its name in the cloud.
    pub arn: Text,
    /// Its user name in the cluster; may hold variables as `{{SessionName}}`.
    pub username: Text,
    /// Its groups in the cluster.
    pub groups: Vec<Text>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawEntry {
    #[serde(alias = "userarn")]
    rolearn: Option<Text>,
    username: Option<Text>,
    groups: Option<Vec<Text>>,
}

impl IdentityMap {
    /// Reads the data of the `ConfigMap`, whose values are lists in YAML.
    ///
    /// # Errors
    /// [`DecodeError`] if one of them is none.
    pub fn read(data: &BTreeMap<String, String>) -> Result<Self, DecodeError> {
        let mut entries = Vec::new();
        for field in ["mapRoles", "mapUsers"] {
            let raw: Option<Vec<RawEntry>> = yaml_of(data, field)?;
            entries.extend(raw.into_iter().flatten().map(|entry| MappedIdentity {
                field,
                arn: entry.rolearn.unwrap_or_default(),
                username: entry.username.unwrap_or_default(),
                groups: entry.groups.unwrap_or_default(),
            }));
        }
        Ok(Self {
            entries: Some(entries),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::IdentityMap;

    fn read(field: &str, text: &str) -> Result<IdentityMap, crate::DecodeError> {
        IdentityMap::read(&BTreeMap::from([(field.to_owned(), text.to_owned())]))
    }

    #[test]
    fn both_lists_are_read_as_the_cloud_writes_them() {
        let roles = "- groups:\n  - system:bootstrappers\n  - system:nodes\n  rolearn: arn:aws:iam::111122223333:role/node\n  username: system:node:{{EC2PrivateDNSName}}\n";
        let map = read("mapRoles", roles).unwrap().entries.unwrap();
        assert_eq!(map.len(), 1);
        assert_eq!(map[0].arn.as_ref(), "arn:aws:iam::111122223333:role/node");
        assert_eq!(map[0].groups.len(), 2);
        let users = "[{userarn: a, username: jane, groups: [\"system:masters\"]}]";
        let map = read("mapUsers", users).unwrap().entries.unwrap();
        assert_eq!(
            (map[0].field, map[0].username.as_ref()),
            ("mapUsers", "jane")
        );
    }

    #[test]
    fn nothing_is_nothing_and_nonsense_is_an_error() {
        assert_eq!(read("mapRoles", "").unwrap().entries, Some(Vec::new()));
        assert_eq!(read("other", "x").unwrap().entries, Some(Vec::new()));
        assert_eq!(
            read("mapRoles", "- {groups: a}").unwrap_err().field,
            "data.mapRoles"
        );
        assert!(read("mapUsers", "a: b").is_err());
    }
}
