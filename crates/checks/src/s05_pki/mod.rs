//! Section 5: certificates are short-lived and renew themselves.

crate::checks! { "s05_pki":
    kubelet_certificate_rotation,
    kubelet_serving_bootstrap,
}
