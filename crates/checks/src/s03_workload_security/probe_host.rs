//! A probe that names a host makes the kubelet call that host, from the node's place in the network.

use std::net::IpAddr;

use assay_inventory::Workload;

use crate::judging::{containers_of_any_os, in_container};
use crate::platform::spare;
use crate::{Cx, Detail, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[], Judge::Workload(judge));

fn judge(workload: &Workload, _cx: &Cx<'_>) -> Judgement {
    let outcome = containers_of_any_os(
        workload,
        "remove host, so that the pod itself is called",
        |spec, container| -> Vec<Detail> {
            let handlers = container.handler_hosts.iter();
            handlers
                .filter(|handler| !(spec.host_network && is_loopback(&handler.host)))
                .map(|handler| in_container(container, handler.field, &handler.host))
                .collect()
        },
    );
    Ok(spare("probe-host", workload, outcome))
}

/// On the node's network this is the pod itself.
fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}
