//! Where the API server listens.

use assay_inventory::{Blind, Reason};
use k8s_openapi::api::discovery::v1::EndpointSlice;
use kube::api::ListParams;
use kube::{Api, Client};

/// `host:port` of every endpoint the cluster lists for its API server, at `default/kubernetes`.
pub(crate) async fn endpoints(client: &Client) -> Result<Vec<String>, Blind> {
    let slices: Api<EndpointSlice> = Api::namespaced(client.clone(), "default");
    let params = ListParams::default().labels("kubernetes.io/service-name=kubernetes");
    let slices = slices.list(&params).await.map_err(|error| match error {
        kube::Error::Api(status) if status.code == 403 => Blind::new(
            Reason::Forbidden,
            "may not list endpointslices (API group discovery.k8s.io) in namespace default: grant it in Assay's Role there",
        ),
        _ => Blind::new(
            Reason::Unreachable,
            "the API server does not say at which addresses it listens",
        ),
    })?;
    let mut all = Vec::new();
    for slice in slices {
        let ports = slice.ports.unwrap_or_default();
        let port = ports
            .iter()
            .find(|port| port.name.as_deref() == Some("https"))
            .or(ports.first())
            .and_then(|port| port.port)
            .unwrap_or(443);
        let addresses = slice
            .endpoints
            .into_iter()
            .flat_map(|endpoint| endpoint.addresses);
        all.extend(addresses.map(|address| host_port(&address, port)));
    }
    all.sort();
    all.dedup();
    Ok(all)
}

/// An address of either family with a port, as URLs write it.
pub(crate) fn host_port(address: &str, port: i32) -> String {
    if address.contains(':') {
        format!("[{address}]:{port}")
    } else {
        format!("{address}:{port}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_both_families_are_dialled() {
        assert_eq!(host_port("192.0.2.1", 6443), "192.0.2.1:6443");
        assert_eq!(host_port("2001:db8::1", 6443), "[2001:db8::1]:6443");
    }
}
