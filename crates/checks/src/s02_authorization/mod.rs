//! Section 2: least privilege, and no hard-coded superusers.

crate::checks! { "s02_authorization":
    cluster_admin_binding,
    masters_certificate_request,
}
