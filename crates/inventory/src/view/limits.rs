//! `ResourceQuotas` and `LimitRanges`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::meta::RawMeta;
use super::quantity::{RawQuantity, is_zero};
use super::{Meta, Text};
use crate::view::object::{null_as_default, objects_or_null};

objects_or_null!(
    RawQuota,
    RawQuotaSpec,
    RawLimitRange,
    RawLimitSpec,
    RawLimitItem
);

/// A `ResourceQuota`: which resources it caps.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ResourceQuota {
    /// Metadata.
    pub meta: Meta,
    /// Keys of `spec.hard`, e.g. `limits.memory`, `pods`.
    pub hard: BTreeSet<Text>,
    /// Whether `scopes` or `scopeSelector` narrow it to some pods.
    pub scoped: bool,
}

/// A `LimitRange`: what admission fills in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LimitRange {
    /// Metadata.
    pub meta: Meta,
    /// Its items.
    pub items: Vec<LimitRangeItem>,
}

/// One item of a `LimitRange`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LimitRangeItem {
    /// `Container`, `Pod` or `PersistentVolumeClaim`.
    pub kind: Text,
    /// Resources for which a container without a limit gets one that is not zero: `default`, else `max`. Empty but
    /// for `Container`.
    pub default_limits: BTreeSet<Text>,
    /// Resources for which a container without a request gets one: `defaultRequest`, else as the limit, else `min`.
    pub default_requests: BTreeSet<Text>,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default)]
pub(crate) struct RawQuota {
    metadata: RawMeta,
    spec: Option<RawQuotaSpec>,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default, rename_all = "camelCase")]
struct RawQuotaSpec {
    hard: Option<BTreeMap<Text, RawQuantity>>,
    scopes: Option<Vec<Text>>,
    scope_selector: Option<serde::de::IgnoredAny>,
}

impl From<RawQuota> for ResourceQuota {
    fn from(raw: RawQuota) -> Self {
        let spec = raw.spec.unwrap_or_default();
        Self {
            meta: raw.metadata.into_meta(),
            hard: spec
                .hard
                .into_iter()
                .flatten()
                .map(|(key, _)| key)
                .collect(),
            scoped: spec.scope_selector.is_some()
                || spec.scopes.is_some_and(|scopes| !scopes.is_empty()),
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default)]
pub(crate) struct RawLimitRange {
    metadata: RawMeta,
    spec: Option<RawLimitSpec>,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default)]
struct RawLimitSpec {
    limits: Option<Vec<RawLimitItem>>,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default, rename_all = "camelCase")]
struct RawLimitItem {
    #[serde(deserialize_with = "null_as_default")]
    r#type: Text,
    default: Option<BTreeMap<Text, RawQuantity>>,
    default_request: Option<BTreeMap<Text, RawQuantity>>,
    max: Option<BTreeMap<Text, RawQuantity>>,
    min: Option<BTreeMap<Text, RawQuantity>>,
}

impl RawLimitItem {
    /// As `SetDefaults_LimitRangeItem` of the API server fills the item in: manifests lack what it adds.
    fn into_item(self) -> LimitRangeItem {
        // Earlier lists win, zeros included; what comes out is what is not zero.
        let first = |lists: [&Option<BTreeMap<Text, RawQuantity>>; 4]| {
            let mut merged: BTreeMap<Text, bool> = BTreeMap::new();
            for (resource, quantity) in lists.into_iter().flatten().flatten() {
                merged
                    .entry(resource.clone())
                    .or_insert_with(|| !is_zero(&quantity.as_text()));
            }
            merged
                .into_iter()
                .filter_map(|(resource, some)| some.then_some(resource))
                .collect()
        };
        let (default_limits, default_requests) = if self.r#type.as_ref() == "Container" {
            (
                first([&self.default, &self.max, &None, &None]),
                first([&self.default_request, &self.default, &self.max, &self.min]),
            )
        } else {
            Default::default()
        };
        LimitRangeItem {
            kind: self.r#type,
            default_limits,
            default_requests,
        }
    }
}

impl From<RawLimitRange> for LimitRange {
    fn from(raw: RawLimitRange) -> Self {
        let items = raw
            .spec
            .unwrap_or_default()
            .limits
            .into_iter()
            .flatten()
            .map(RawLimitItem::into_item)
            .collect();
        Self {
            meta: raw.metadata.into_meta(),
            items,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(json: &str) -> LimitRangeItem {
        let raw: RawLimitRange =
            serde_json::from_str(&format!(r#"{{"spec": {{"limits": [{json}]}}}}"#)).unwrap();
        LimitRange::from(raw).items.remove(0)
    }

    fn set(names: &[&str]) -> BTreeSet<Text> {
        names.iter().copied().map(Text::from).collect()
    }

    #[test]
    fn defaults_are_filled_in_as_the_api_server_does() {
        let max = item(r#"{"type": "Container", "max": {"memory": "1Gi"}, "min": {"cpu": "10m"}}"#);
        assert_eq!(max.default_limits, set(&["memory"]));
        assert_eq!(max.default_requests, set(&["cpu", "memory"]));
    }

    #[test]
    fn a_default_of_zero_is_none_even_beside_a_max() {
        let zero =
            item(r#"{"type": "Container", "default": {"memory": 0}, "max": {"memory": "1Gi"}}"#);
        assert_eq!(zero.default_limits, set(&[]));
    }

    #[test]
    fn only_items_for_containers_fill_anything_in() {
        let pod = item(r#"{"type": "Pod", "max": {"memory": "1Gi"}}"#);
        assert_eq!(pod.default_limits, set(&[]));
    }
}
