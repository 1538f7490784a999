//! Section 1: nobody is anonymous, and nobody shares a name.

crate::checks! { "s01_authentication":
    anonymous_binding,
    anonymous_discovery,
    anonymous_requests,
    cluster_info_public,
    default_service_account_automount,
    default_service_account_bound,
    etcd_client_certificates,
    etcd_over_http,
    external_authenticator,
    kubelet_anonymous,
    legacy_token_used,
    long_lived_token,
    service_account_group_bound,
    service_account_lookup,
    static_token_file,
    token_expiration_extended,
    token_file_on_disk,
    token_life_unlimited,
    token_without_use,
}
