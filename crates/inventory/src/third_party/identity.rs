//! By what people sign in where the API server's own authenticators are not all: proxies and identity services.
//!
//! The connectors of Dex and the `ClientConfig` of GKE's Identity Service are not among them: they hold the secrets of clients,
//! so that to list them is to read secrets.

use super::{Class, Definition, Field, Shape};

/// Source: `apis/concierge/authentication/v1alpha1` of vmware/pinniped.
pub(super) static PINNIPED_JWT: Definition = Definition {
    group: "authentication.concierge.pinniped.dev",
    kind: "JWTAuthenticator",
    plural: "jwtauthenticators",
    namespaced: false,
    versions: &["v1alpha1"],
    class: Class::Setting,
    fields: fields! { status: { conditions: [ type: Text, status: Text ] } },
};

/// Source: `apis/concierge/authentication/v1alpha1` of vmware/pinniped.
pub(super) static PINNIPED_WEBHOOK: Definition = Definition {
    group: "authentication.concierge.pinniped.dev",
    kind: "WebhookAuthenticator",
    plural: "webhookauthenticators",
    namespaced: false,
    versions: &["v1alpha1"],
    class: Class::Setting,
    fields: fields! { status: { conditions: [ type: Text, status: Text ] } },
};

/// Source: `pkg/apis/management.cattle.io/v3` of rancher/rancher. Credentials are referred to by it, and stand in Secrets.
pub(super) static RANCHER: Definition = Definition {
    group: "management.cattle.io",
    kind: "AuthConfig",
    plural: "authconfigs",
    namespaced: false,
    versions: &["v3"],
    class: Class::Setting,
    fields: fields! { enabled: Flag },
};
