//! A port of the node is open past every Service and most network policies.

use assay_inventory::Workload;

use crate::judging::{containers_of_any_os, in_container};
use crate::{Cx, Detail, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[], Judge::Workload(judge));

fn judge(workload: &Workload, _cx: &Cx<'_>) -> Judgement {
    Ok(containers_of_any_os(
        workload,
        "remove it, and publish the port by a Service",
        |spec, container| -> Vec<Detail> {
            if spec.host_network {
                // The API server fills in the ports of such a pod: they say no more than hostNetwork does.
                return Vec::new();
            }
            let ports = container.host_ports.iter();
            ports
                .map(|port| {
                    let value = if port.host_ip.is_empty() {
                        port.port.to_string()
                    } else {
                        format!("{} on {}", port.port, port.host_ip)
                    };
                    in_container(container, "ports.hostPort", value)
                })
                .collect()
        },
    ))
}
