//! Section 4: the pod network denies by default.

crate::checks! { "s04_network_security":
    default_deny_ingress,
}
