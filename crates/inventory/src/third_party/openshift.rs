//! Objects by which `OpenShift` is set up. Source: the API reference of `OpenShift` Container Platform, and openshift/api.

use super::{Class, Definition, Field, Shape};

/// `apiserver.config.openshift.io/cluster`.
pub(super) static API_SERVER: Definition = Definition {
    group: "config.openshift.io",
    kind: "APIServer",
    plural: "apiservers",
    namespaced: false,
    versions: &["v1"],
    class: Class::Setting,
    fields: fields! {
        spec: {
            audit: { profile: Text, customRules: [ group: Text, profile: Text ] },
            encryption: { type: Text },
        },
    },
};

/// `authentication.config.openshift.io/cluster`.
pub(super) static AUTHENTICATION: Definition = Definition {
    group: "config.openshift.io",
    kind: "Authentication",
    plural: "authentications",
    namespaced: false,
    versions: &["v1"],
    class: Class::Setting,
    fields: fields! { spec: { type: Text, webhookTokenAuthenticator: {} } },
};

/// `infrastructure.config.openshift.io/cluster`.
pub(super) static INFRASTRUCTURE: Definition = Definition {
    group: "config.openshift.io",
    kind: "Infrastructure",
    plural: "infrastructures",
    namespaced: false,
    versions: &["v1"],
    class: Class::Setting,
    fields: fields! { status: { controlPlaneTopology: Text } },
};

/// `oauth.config.openshift.io/cluster`.
pub(super) static OAUTH: Definition = Definition {
    group: "config.openshift.io",
    kind: "OAuth",
    plural: "oauths",
    namespaced: false,
    versions: &["v1"],
    class: Class::Setting,
    fields: fields! { spec: { identityProviders: [ name: Text, type: Text ] } },
};

/// Pipelines name their inputs; `audit` is one that needs no definition.
const FORWARDING: &[Field] = fields! {
    spec: {
        inputs: [ name: Text, type: Text, audit: { sources: Texts } ],
        pipelines: [ inputRefs: Texts, outputRefs: Texts ],
    },
    status: { conditions: [ type: Text, status: Text ] },
};

/// Since version 6 of the logging of `OpenShift`.
pub(super) static LOG_FORWARDER: Definition = Definition {
    group: "observability.openshift.io",
    kind: "ClusterLogForwarder",
    plural: "clusterlogforwarders",
    namespaced: true,
    versions: &["v1"],
    class: Class::Setting,
    fields: FORWARDING,
};

/// Until version 5.
pub(super) static OLD_LOG_FORWARDER: Definition = Definition {
    group: "logging.openshift.io",
    kind: "ClusterLogForwarder",
    plural: "clusterlogforwarders",
    namespaced: true,
    versions: &["v1"],
    class: Class::Setting,
    fields: FORWARDING,
};
