//! Section 7: who did what is recorded, and the record is whole.

crate::checks! { "s07_auditing":
    audit_events_lost,
    audit_level_thin,
    audit_log_readers,
    audit_log_retention,
    audit_log_uncollected,
    audit_off,
    ci_cd_system,
    described_cluster_unaudited,
    openshift_audit_not_forwarded,
}
