//! Section 5: certificates are short-lived and renew themselves.

crate::checks! { "s05_pki":
    api_server_certificate_age,
    api_server_certificate_expiry,
    kubelet_certificate_age,
    kubelet_certificate_expiry,
    kubelet_certificate_rotation,
    kubelet_serving_bootstrap,
}
