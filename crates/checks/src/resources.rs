//! Limits and requests as they take effect: a container's own, its pod's, or what admission fills in.

use std::collections::BTreeSet;

use assay_inventory::view::{
    Container, ContainerKind, LimitRangeItem, Pairs, ResourceQuota, Resources, Text, is_zero,
};
use assay_inventory::{Blind, Variant, WorkloadKey};

use crate::Cx;

/// Whether a container is over before the pod's work begins. Sidecars stay.
pub(crate) fn is_brief(container: &Container) -> bool {
    container.kind == ContainerKind::Init && !container.sidecar
}

/// Whether a container can carry resources at all: the API forbids them on ephemeral ones.
pub(crate) fn can_have(container: &Container) -> bool {
    container.kind != ContainerKind::Ephemeral
}

/// Why a container has no limit of a resource: `unset`, or the zero that stands there. `None` if it has one.
///
/// # Errors
/// [`Blind`] where admission may fill one in and limit ranges cannot be seen.
pub(crate) fn lacks_limit(
    workload: &WorkloadKey,
    variant: &Variant<'_>,
    container: &Container,
    resource: &str,
    cx: &Cx<'_>,
) -> Result<Option<Text>, Blind> {
    let own = container.resources.limits.get(resource);
    if own.is_some_and(|quantity| !is_zero(quantity))
        || some(&variant.spec.resources.limits, resource)
    {
        return Ok(None);
    }
    if let Some(zero) = own {
        return Ok(Some(zero.into()));
    }
    let filled = fills(workload, variant, resource, cx, |item| &item.default_limits)?;
    Ok((!filled).then(|| "unset".into()))
}

/// Why a container has no request of a resource; see [`lacks_limit`]. A limit without a request is requested whole.
///
/// # Errors
/// [`Blind`] where admission may fill one in and limit ranges cannot be seen.
pub(crate) fn lacks_request(
    workload: &WorkloadKey,
    variant: &Variant<'_>,
    container: &Container,
    resource: &str,
    cx: &Cx<'_>,
) -> Result<Option<Text>, Blind> {
    let Resources { limits, requests } = &container.resources;
    let own = requests.get(resource).or(limits.get(resource));
    let pod = &variant.spec.resources;
    if own.is_some_and(|quantity| !is_zero(quantity))
        || some(&pod.requests, resource)
        || (pod.requests.get(resource).is_none() && some(&pod.limits, resource))
    {
        return Ok(None);
    }
    if let Some(zero) = own {
        return Ok(Some(zero.into()));
    }
    let filled = fills(workload, variant, resource, cx, |item| {
        &item.default_requests
    })?;
    Ok((!filled).then(|| "unset".into()))
}

fn some(quantities: &Pairs, resource: &str) -> bool {
    quantities
        .get(resource)
        .is_some_and(|quantity| !is_zero(quantity))
}

/// Whether admission will fill a resource in. Live pods show what it did, templates do not.
fn fills(
    workload: &WorkloadKey,
    variant: &Variant<'_>,
    resource: &str,
    cx: &Cx<'_>,
    defaults: impl Fn(&LimitRangeItem) -> &BTreeSet<Text>,
) -> Result<bool, Blind> {
    if !variant.template {
        return Ok(false);
    }
    let ranges = cx.limit_ranges(&workload.namespace)?;
    let mut items = ranges.iter().flat_map(|range| &range.items);
    Ok(items.any(|item| defaults(item).contains(resource)))
}

/// What quotas that count every pod of the namespace cap: keys of `spec.hard`.
pub(crate) fn capped<'a>(quotas: &[&'a ResourceQuota]) -> BTreeSet<&'a str> {
    let all = quotas.iter().filter(|quota| !quota.scoped);
    all.flat_map(|quota| &quota.hard)
        .map(AsRef::as_ref)
        .collect()
}

/// Whether quotas cap processor time, by requests or by limits.
pub(crate) fn caps_cpu(capped: &BTreeSet<&str>) -> bool {
    ["limits.cpu", "requests.cpu", "cpu"]
        .iter()
        .any(|key| capped.contains(key))
}
