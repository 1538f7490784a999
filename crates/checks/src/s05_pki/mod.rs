//! Section 5: what cannot be revoked ends soon, and one authority does not open every door.

crate::checks! { "s05_pki":
    cluster_signing_duration,
    etcd_ca_shared,
    front_proxy_ca_shared,
}
