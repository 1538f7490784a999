//! Section 4: the pod network denies by default, and management traffic is encrypted.

crate::checks! { "s04_network_security":
    api_server_old_tls,
    default_deny_egress,
    default_deny_ingress,
    described_cluster_exposed,
    egress_to_metadata,
    kubelet_certificate_untrusted,
    kubelet_cipher_suites,
    kubelet_old_tls,
    kubelet_plaintext_port,
    kubelet_tls_version,
    namespace_default_deny_missing,
    network_policy_any_peer,
    network_policy_any_port,
}
