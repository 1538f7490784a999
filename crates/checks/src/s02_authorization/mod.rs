//! Section 2: least privilege, and no hard-coded superusers.

use crate::escalation::Escalation;

crate::checks! { "s02_authorization":
    admin_edit_cluster_wide,
    admission_write,
    aggregated_role_widened,
    api_extension_write,
    authenticated_group_binding,
    authenticated_may,
    authorization_mode,
    borrowed_power,
    certificate_approval,
    cluster_admin_binding,
    collection_delete,
    dangling_binding,
    entitlement_review,
    entitlements_changed,
    escalate_bind,
    event_delete,
    identity_map_admin,
    identity_map_masters,
    impersonate,
    kube_system_configmap_write,
    kube_system_lease_write,
    masters_binding,
    masters_certificate_request,
    masters_impersonation,
    masters_member_request,
    namespace_write,
    network_policy_write,
    node_role_bound,
    node_write,
    nodes_proxy,
    persistent_volume_create,
    pod_create,
    pod_create_in_namespace,
    pod_exec,
    secrets_read,
    token_mint,
    wildcard_rule,
}

/// What opens the cluster to whoever may do it everywhere, where it weighs High. The use of signers is beside it, in
/// [`crate::signers`].
pub(crate) const OPEN_THE_CLUSTER: [&Escalation; 12] = [
    &secrets_read::ESCALATION,
    &pod_create::ESCALATION,
    &pod_exec::ESCALATION,
    &token_mint::ESCALATION,
    &nodes_proxy::ESCALATION,
    &impersonate::ESCALATION,
    &escalate_bind::ESCALATION,
    &admission_write::ESCALATION,
    &api_extension_write::ESCALATION,
    &namespace_write::ESCALATION,
    &node_write::ESCALATION,
    &persistent_volume_create::ESCALATION,
];

/// What opens a namespace to whoever may do it there.
pub(crate) const OPEN_A_NAMESPACE: [&Escalation; 6] = [
    &secrets_read::ESCALATION,
    &pod_create::ESCALATION,
    &pod_exec::ESCALATION,
    &token_mint::ESCALATION,
    &impersonate::ESCALATION,
    &escalate_bind::ESCALATION,
];
