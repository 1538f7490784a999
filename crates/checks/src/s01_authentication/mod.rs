//! Section 1: nobody is anonymous, and nobody shares a name.

crate::checks! { "s01_authentication":
    anonymous_binding,
    anonymous_discovery,
    anonymous_requests,
    bare_user_name,
    client_certificate,
    client_certificate_signer,
    cluster_info_public,
    default_service_account_automount,
    default_service_account_bound,
    generic_user_name,
    kubelet_anonymous,
    long_lived_token,
    service_account_as_login,
    service_account_group_bound,
    token_without_use,
}
