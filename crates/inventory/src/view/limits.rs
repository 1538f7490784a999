//! `ResourceQuotas` and `LimitRanges`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::meta::RawMeta;
use super::{Meta, Text};

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
    /// Resources with a default limit: a container without one gets it. A `max` without `default` defaults to the max.
    pub default_limits: BTreeSet<Text>,
    /// Resources with a default request.
    pub default_requests: BTreeSet<Text>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct RawQuota {
    metadata: RawMeta,
    spec: Option<RawQuotaSpec>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct RawQuotaSpec {
    hard: Option<BTreeMap<Text, serde::de::IgnoredAny>>,
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
#[serde(default)]
pub(crate) struct RawLimitRange {
    metadata: RawMeta,
    spec: Option<RawLimitSpec>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawLimitSpec {
    limits: Option<Vec<RawLimitItem>>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct RawLimitItem {
    r#type: Text,
    default: Option<BTreeMap<Text, serde::de::IgnoredAny>>,
    default_request: Option<BTreeMap<Text, serde::de::IgnoredAny>>,
    max: Option<BTreeMap<Text, serde::de::IgnoredAny>>,
}

impl From<RawLimitRange> for LimitRange {
    fn from(raw: RawLimitRange) -> Self {
        let keys = |map: Option<BTreeMap<Text, serde::de::IgnoredAny>>| {
            map.into_iter().flatten().map(|(key, _)| key)
        };
        let items = raw
            .spec
            .unwrap_or_default()
            .limits
            .into_iter()
            .flatten()
            .map(|item| LimitRangeItem {
                kind: item.r#type,
                default_limits: keys(item.default).chain(keys(item.max)).collect(),
                default_requests: keys(item.default_request).collect(),
            })
            .collect();
        Self {
            meta: raw.metadata.into_meta(),
            items,
        }
    }
}
