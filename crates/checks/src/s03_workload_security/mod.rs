//! Section 3: workloads cannot reach the node, and run what was meant.

crate::checks! { "s03_workload_security":
    added_capabilities,
    apparmor_unconfined,
    capabilities_not_dropped,
    host_ipc,
    host_network,
    host_path,
    host_pid,
    host_port,
    pod_security_label_missing,
    pod_security_privileged,
    privilege_escalation_allowed,
    privileged_container,
    probe_host,
    proc_mount_unmasked,
    runtime_socket,
    seccomp_not_set,
    seccomp_unconfined,
    selinux_options,
    unsafe_sysctls,
    windows_host_process,
}
