//! Section 1: nobody is anonymous, and nobody shares a name.

crate::checks! { "s01_authentication":
    anonymous_binding,
    anonymous_discovery,
    anonymous_requests,
    cluster_info_public,
    default_service_account_automount,
    default_service_account_bound,
    kubelet_anonymous,
    kubelet_authorization,
    kubelet_client_authority,
    kubelet_open_to_strangers,
    kubelet_read_only_port,
    kubelet_read_only_port_open,
    kubelet_webhook_authentication,
    long_lived_token,
    service_account_group_bound,
    token_without_use,
}
