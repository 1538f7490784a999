//! By what the network outside the cluster reaches a workload's pods: Services and Ingresses that send to them.

use assay_inventory::view::{Ingress, Service, ServiceType};
use assay_inventory::{Blind, Workload};

use crate::judging::{self, in_pod};
use crate::{Cx, Detail, Outcome, Severity};

/// A way in from outside.
pub(crate) struct Way {
    place: Detail,
    /// Whether a cloud's inner network, or some ranges of addresses, are all that gets there.
    narrowed: bool,
}

impl Way {
    /// The outcome for a workload that is reached by it and has these faults.
    pub(crate) fn found(self, workload: &Workload, faults: Vec<Detail>, fix: &str) -> Outcome {
        let mut details = vec![self.place];
        details.extend(faults);
        let mut outcome = judging::outcome(workload, details, fix);
        if let Outcome::Fail(violation) = &mut outcome {
            violation.severity = self.narrowed.then_some(Severity::Medium);
        }
        outcome
    }

    fn of_service(service: &Service) -> Option<Self> {
        let kind = service.service_type.as_str();
        let (offered, narrowed) = match (service.service_type, service.external_ips.first()) {
            (ServiceType::ExternalName, _) | (ServiceType::ClusterIp, None) => return None,
            (ServiceType::ClusterIp, Some(address)) => {
                (format!("offered at externalIPs {address}"), false)
            }
            (ServiceType::LoadBalancer, None) if service.narrowed => {
                ("a LoadBalancer for some networks".to_owned(), true)
            }
            _ => (format!("of type {kind}"), false),
        };
        let (namespace, name) = (&service.meta.namespace, &service.meta.name);
        let field = format!("Service {namespace}/{name}");
        Some(Self {
            place: in_pod(field, format!("{offered} and sends to its pods")),
            narrowed,
        })
    }

    fn of_ingress(ingress: &Ingress, service: &Service) -> Self {
        let (namespace, name) = (&ingress.meta.namespace, &ingress.meta.name);
        let value = format!("a way to its pods by Service {}", service.meta.name);
        Self {
            place: in_pod(format!("Ingress {namespace}/{name}"), value),
            narrowed: false,
        }
    }
}

/// The widest way by which the network outside reaches pods of this workload, of Ingresses by those that count.
pub(crate) fn way(
    workload: &Workload,
    cx: &Cx<'_>,
    counts: impl Fn(&Ingress) -> bool,
) -> Result<Option<Way>, Blind> {
    let namespace = &workload.key.namespace;
    let mut sending = cx.services(namespace)?;
    sending.retain(|service| workload.labels().any(|labels| service.selects(labels)));
    let ways = sending
        .iter()
        .filter_map(|service| Way::of_service(service));
    let direct = ways.min_by_key(|way| way.narrowed);
    if sending.is_empty() || direct.as_ref().is_some_and(|way| !way.narrowed) {
        return Ok(direct);
    }
    match cx.ingresses(namespace) {
        Ok(ingresses) => Ok(through(&ingresses, &sending, counts).or(direct)),
        // One way is enough, whatever else there is.
        Err(blind) => direct.map_or(Err(blind), |way| Ok(Some(way))),
    }
}

fn through(
    ingresses: &[&Ingress],
    sending: &[&Service],
    counts: impl Fn(&Ingress) -> bool,
) -> Option<Way> {
    let counting = ingresses.iter().filter(|ingress| counts(ingress));
    counting.into_iter().find_map(|ingress| {
        let mut services = sending.iter();
        let service = services.find(|service| ingress.services.contains(&service.meta.name))?;
        Some(Way::of_ingress(ingress, service))
    })
}
