//! Section 6: secrets live in a store made for them.

crate::checks! { "s06_secrets_management":
    credential_in_environment,
    described_cluster_unencrypted,
    encryption_provider_weak,
    openshift_encryption_off,
    secrets_in_plain_text,
    secrets_left_in_plain_text,
}
