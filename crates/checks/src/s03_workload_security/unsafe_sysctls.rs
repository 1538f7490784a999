//! A kernel parameter outside the safe list changes the node for everyone on it, or opens it.

use assay_inventory::Workload;

use crate::judging::{in_pod, variants};
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[], Judge::Workload(judge));

/// Parameters that belong to the pod alone: the safe list of the Pod Security Standards since 1.32.
const SAFE: &[&str] = &[
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ping_group_range",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.tcp_wmem",
];

fn judge(workload: &Workload, _cx: &Cx<'_>) -> Judgement {
    Ok(variants(
        workload,
        true,
        "remove it, or set it for the whole node on a pool of its own",
        |variant| {
            let names = variant.spec.security.sysctls.iter();
            names
                .filter(|name| !SAFE.contains(&with_dots(name).as_str()))
                .map(|name| in_pod("securityContext.sysctls", name))
                .collect()
        },
    ))
}

/// The name as the kubelet reads it: where the first separator is a slash, slashes and dots change places.
fn with_dots(name: &str) -> String {
    if name.chars().find(|letter| matches!(letter, '.' | '/')) != Some('/') {
        return name.to_owned();
    }
    name.chars()
        .map(|letter| match letter {
            '.' => '/',
            '/' => '.',
            letter => letter,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::with_dots;

    #[test]
    fn slashes_are_read_as_the_kubelet_does() {
        assert_eq!(with_dots("net/ipv4/tcp_rmem"), "net.ipv4.tcp_rmem");
        assert_eq!(with_dots("net.ipv4.conf.eno2/100.rp_filter"), "net.ipv4.conf.eno2/100.rp_filter");
        assert_eq!(with_dots("net/ipv4/conf/eno2.100/rp_filter"), "net.ipv4.conf.eno2/100.rp_filter");
        assert_eq!(with_dots("plain"), "plain");
    }
}
