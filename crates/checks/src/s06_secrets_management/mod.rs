//! Section 6: secrets live in a store made for them.

crate::checks! { "s06_secrets_management":
    credential_in_environment,
    described_cluster_unencrypted,
    openshift_encryption_off,
}
