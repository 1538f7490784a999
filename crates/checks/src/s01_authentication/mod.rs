//! Section 1: nobody is anonymous, and nobody shares a name.

crate::checks! { "s01_authentication":
    anonymous_binding,
    anonymous_discovery,
    anonymous_requests,
    cluster_info_public,
    default_service_account_automount,
    default_service_account_bound,
    kubelet_anonymous,
    long_lived_token,
    service_account_group_bound,
    strangers_may,
    token_without_use,
}
