//! Section 11: no workload takes so much that the others stop.

crate::checks! { "s11_resource_management":
    admission_takes_no_limit,
    cpu_limit_missing,
    ephemeral_storage_limit_missing,
    memory_limit_missing,
    namespace_quota_missing,
    requests_missing,
}
