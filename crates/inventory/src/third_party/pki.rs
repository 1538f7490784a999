//! Certificates that operators renew, and roots that they hand out.

use super::{Class, Definition, Field, Shape};

/// Source: the API reference of cert-manager.
pub(super) static CERTIFICATE: Definition = Definition {
    group: "cert-manager.io",
    kind: "Certificate",
    plural: "certificates",
    namespaced: true,
    versions: &["v1"],
    class: Class::Certificate,
    fields: fields! {
        status: {
            conditions: [ type: Text, status: Text, reason: Text, lastTransitionTime: Time ],
            notAfter: Time,
            renewalTime: Time,
        },
    },
};

/// Source: the API reference of trust-manager.
pub(super) static TRUST_BUNDLE: Definition = Definition {
    group: "trust.cert-manager.io",
    kind: "Bundle",
    plural: "bundles",
    namespaced: false,
    versions: &["v1alpha1"],
    class: Class::TrustBundle,
    fields: fields! { spec: { sources: [ configMap: { name: Text } ] } },
};
