//! Services: which pods they send to, and whether the network outside the cluster gets there by them.

use serde::Deserialize;

use super::meta::RawMeta;
use super::{LabelSelector, Labels, Meta, Operator, Requirement, Text};
use crate::view::object::objects_or_null;

objects_or_null!(RawService, RawSpec);

/// A Service.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Service {
    /// Metadata.
    pub meta: Meta,
    /// How it is offered.
    pub service_type: ServiceType,
    /// Labels of the pods it sends to; empty where somebody else says to whom it sends.
    selector: LabelSelector,
    /// Addresses from outside at which nodes take what is sent to it, whatever its type.
    pub external_ips: Vec<Text>,
    /// Whether its load balancer is one of the cloud's inner network, or lets in some ranges of addresses alone.
    pub narrowed: bool,
}

/// How a Service is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
pub enum ServiceType {
    /// At an address of the cluster.
    #[default]
    #[serde(rename = "ClusterIP")]
    ClusterIp,
    /// At a port of every node as well.
    NodePort,
    /// At a load balancer as well.
    LoadBalancer,
    /// As another name of something outside.
    ExternalName,
}

impl ServiceType {
    /// As the API spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClusterIp => "ClusterIP",
            Self::NodePort => "NodePort",
            Self::LoadBalancer => "LoadBalancer",
            Self::ExternalName => "ExternalName",
        }
    }
}

impl Service {
    /// Whether it sends to pods with these labels. Unlike other selectors, an empty one selects nothing.
    #[must_use]
    pub fn selects(&self, labels: &Labels) -> bool {
        !self.selector.is_empty()
            && self.service_type != ServiceType::ExternalName
            && self.selector.matches(labels)
    }
}

/// Annotations by which clouds are asked for a load balancer of their inner network, with the value that does; none where
/// whatever is not `false` does.
const INNER: [(&str, Option<&str>); 9] = [
    ("cloud.google.com/load-balancer-type", Some("internal")),
    ("networking.gke.io/load-balancer-type", Some("internal")),
    (
        "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type",
        Some("intranet"),
    ),
    (
        "service.beta.kubernetes.io/aws-load-balancer-internal",
        None,
    ),
    (
        "service.beta.kubernetes.io/aws-load-balancer-scheme",
        Some("internal"),
    ),
    (
        "service.beta.kubernetes.io/azure-load-balancer-internal",
        Some("true"),
    ),
    (
        "service.beta.kubernetes.io/oci-load-balancer-internal",
        Some("true"),
    ),
    (
        "service.beta.kubernetes.io/openstack-internal-load-balancer",
        Some("true"),
    ),
    (
        "service.kubernetes.io/ibm-load-balancer-cloud-provider-ip-type",
        Some("private"),
    ),
];

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default)]
pub(crate) struct RawService {
    metadata: RawMeta,
    spec: RawSpec,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default, rename_all = "camelCase")]
struct RawSpec {
    r#type: Option<ServiceType>,
    selector: Option<std::collections::BTreeMap<Text, Text>>,
    #[serde(rename = "externalIPs")]
    external_ips: Option<Vec<Text>>,
    load_balancer_source_ranges: Option<Vec<Text>>,
}

impl From<RawService> for Service {
    fn from(raw: RawService) -> Self {
        let spec = raw.spec;
        let is_inner = INNER.iter().any(|(key, wanted)| {
            let value = raw.metadata.annotation(key);
            value.is_some_and(|value| match wanted {
                Some(wanted) => value.eq_ignore_ascii_case(wanted),
                None => !value.is_empty() && value.as_ref() != "false",
            })
        });
        let ranges = spec.load_balancer_source_ranges.unwrap_or_default();
        let is_everywhere = |range: &Text| range.trim().ends_with("/0");
        let requirements = spec.selector.into_iter().flatten();
        let requirements = requirements.map(|(key, value)| Requirement {
            key,
            operator: Operator::In,
            values: vec![value],
        });
        Self {
            meta: raw.metadata.into_meta(),
            service_type: spec.r#type.unwrap_or_default(),
            selector: LabelSelector {
                requirements: requirements.collect(),
            },
            external_ips: spec.external_ips.unwrap_or_default(),
            narrowed: is_inner || !(ranges.is_empty() || ranges.iter().any(is_everywhere)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Service {
        let raw: RawService = serde_json::from_str(json).unwrap();
        raw.into()
    }

    #[test]
    fn a_selector_that_is_empty_selects_nothing() {
        let labels: Labels = [("app", "web"), ("tier", "front")].into_iter().collect();
        let selects = |spec: &str| read(&format!(r#"{{"spec": {spec}}}"#)).selects(&labels);
        assert!(selects(r#"{"selector": {"app": "web"}}"#));
        assert!(!selects(r#"{"selector": {"app": "web", "tier": "back"}}"#));
        assert!(!selects(r#"{"selector": {}}"#));
        assert!(!selects("{}"));
        assert!(!selects(
            r#"{"type": "ExternalName", "selector": {"app": "web"}}"#
        ));
    }

    #[test]
    fn a_load_balancer_is_narrowed_by_annotation_or_by_ranges() {
        let ranges = |ranges: &str| {
            read(&format!(
                r#"{{"spec": {{"loadBalancerSourceRanges": {ranges}}}}}"#
            ))
            .narrowed
        };
        assert!(ranges(r#"["10.0.0.0/8"]"#));
        assert!(!ranges(r#"["10.0.0.0/8", "0.0.0.0/0"]"#));
        assert!(!ranges("[]"));
        let annotated = |key: &str, value: &str| {
            read(&format!(
                r#"{{"metadata": {{"annotations": {{"{key}": "{value}"}}}}}}"#
            ))
            .narrowed
        };
        let aws = "service.beta.kubernetes.io/aws-load-balancer-internal";
        assert!(annotated(aws, "0.0.0.0/0"));
        assert!(!annotated(aws, "false"));
        assert!(annotated(
            "networking.gke.io/load-balancer-type",
            "Internal"
        ));
        assert!(!annotated(
            "networking.gke.io/load-balancer-type",
            "External"
        ));
    }
}
