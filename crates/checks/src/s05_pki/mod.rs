//! Section 5: certificates serve components only, live briefly and renew themselves, and one authority does not open every door.

crate::checks! { "s05_pki":
    api_server_certificate_age,
    api_server_certificate_expiry,
    certificate_for_people,
    certificate_not_renewed,
    client_certificate_long_lived,
    cluster_authority_outside,
    cluster_signing_duration,
    controller_manager_signs_logins,
    etcd_ca_shared,
    front_proxy_ca_shared,
    kubelet_certificate_age,
    kubelet_certificate_expiry,
    kubelet_certificate_rotation,
    kubelet_serving_bootstrap,
    trust_bundle_cluster_authority,
}
