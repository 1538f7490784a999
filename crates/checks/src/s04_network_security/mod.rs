//! Section 4: the pod network denies by default.

crate::checks! { "s04_network_security":
    default_deny_egress,
    default_deny_ingress,
    egress_to_metadata,
    namespace_default_deny_missing,
    network_policy_any_peer,
}
