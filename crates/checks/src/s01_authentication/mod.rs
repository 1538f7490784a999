//! Section 1: nobody is anonymous, and nobody shares a name.

crate::checks! { "s01_authentication":
    anonymous_binding,
    anonymous_discovery,
    anonymous_requests,
    bare_user_name,
    client_certificate,
    client_certificate_signer,
    cluster_info_public,
    default_credential,
    default_service_account_automount,
    default_service_account_bound,
    generic_user_name,
    kubeconfig_in_pod_spec,
    kubelet_anonymous,
    long_lived_token,
    node_credential_mount,
    service_account_as_login,
    service_account_group_bound,
    service_without_login,
    token_without_use,
}
