//! Kinds that other tools define: which there are, in which versions they are understood, and what is read of each.
//!
//! A cluster that does not define one has none of its objects. Which it defines, and in which version, is asked while
//! Assay runs. To read another kind is to add a row here, and a rule in the `ClusterRole` `assay-operator-third-party`.

use crate::{Kind, Served};

/// A kind that another tool defines, as data.
pub(crate) struct Definition {
    group: &'static str,
    kind: &'static str,
    plural: &'static str,
    namespaced: bool,
    /// Versions that are understood, the best first.
    versions: &'static [&'static str],
    class: Class,
    /// What is kept of an object beside its metadata.
    fields: &'static [Field],
}

/// A field that is kept.
#[derive(Clone, Copy)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
}

/// What a field holds. Anything else there is an error that names the field, as it is in every view.
#[derive(Clone, Copy)]
pub(crate) enum Shape {
    Flag,
    Text,
    Time,
    Texts,
    Object(&'static [Field]),
    /// A list of objects; an object is a list of one.
    Items(&'static [Field]),
}

/// Writes down fields as they stand in an object: `name: Shape`, `name: { fields }`, `name: [ fields of each item ]`, and
/// `name: (FIELDS)` for those that have a name.
macro_rules! fields {
    (@shape { $($inner:tt)* }) => { Shape::Object(fields!($($inner)*)) };
    (@shape [ $($inner:tt)* ]) => { Shape::Items(fields!($($inner)*)) };
    (@shape ( $fields:path )) => { Shape::Object($fields) };
    (@shape $shape:ident) => { Shape::$shape };
    ($($name:ident: $shape:tt),* $(,)?) => {
        &[$(Field { name: stringify!($name), shape: fields!(@shape $shape) }),*]
    };
}

mod clusters;
mod identity;
mod openshift;
mod pki;

/// What kinds have in common that one check judges alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// They describe clusters to those who make them; most often other clusters than the one they are in.
    ClusterDescription,
    /// They set the cluster up that they are in: checks of the cluster read them, and none judges them for themselves.
    Setting,
    /// Certificates that something renews.
    Certificate,
    /// Roots that are handed out to be trusted.
    TrustBundle,
}

impl Class {
    /// Its kinds.
    #[must_use]
    pub const fn kinds(self) -> &'static [Kind] {
        use ThirdParty as T;
        match self {
            Self::ClusterDescription => &[
                Kind::ThirdParty(T::AckCluster),
                Kind::ThirdParty(T::CrossplaneEks),
                Kind::ThirdParty(T::CrossplaneEksNamespaced),
                Kind::ThirdParty(T::CrossplaneGke),
                Kind::ThirdParty(T::CrossplaneGkeNamespaced),
                Kind::ThirdParty(T::CrossplaneAks),
                Kind::ThirdParty(T::CrossplaneAksNamespaced),
                Kind::ThirdParty(T::CapiEks),
                Kind::ThirdParty(T::CapiRosa),
                Kind::ThirdParty(T::CapiGke),
                Kind::ThirdParty(T::CapiAks),
                Kind::ThirdParty(T::KccCluster),
                Kind::ThirdParty(T::AsoCluster),
            ],
            Self::Setting => &[
                Kind::ThirdParty(T::OpenShiftApiServer),
                Kind::ThirdParty(T::OpenShiftAuthentication),
                Kind::ThirdParty(T::OpenShiftInfrastructure),
                Kind::ThirdParty(T::OpenShiftOAuth),
                Kind::ThirdParty(T::LogForwarder),
                Kind::ThirdParty(T::OldLogForwarder),
                Kind::ThirdParty(T::PinnipedJwt),
                Kind::ThirdParty(T::PinnipedWebhook),
                Kind::ThirdParty(T::RancherAuth),
            ],
            Self::Certificate => &[Kind::ThirdParty(T::Certificate)],
            Self::TrustBundle => &[Kind::ThirdParty(T::TrustBundle)],
        }
    }

    /// Whether each object is a subject of its own.
    #[must_use]
    pub const fn is_judged(self) -> bool {
        !matches!(self, Self::Setting)
    }
}

/// Declares the kinds: a name, and its definition.
macro_rules! third_party {
    ($($(#[$doc:meta])* $name:ident = $definition:path,)*) => {
        /// A kind that another tool defines.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ThirdParty {
            $($(#[$doc])* $name,)*
        }

        impl ThirdParty {
            /// Every such kind, in the order of the enum.
            pub const ALL: [Self; [$(Self::$name),*].len()] = [$(Self::$name),*];

            const fn definition(self) -> &'static Definition {
                match self {
                    $(Self::$name => &$definition,)*
                }
            }

            /// Itself, as a list of kinds.
            pub(crate) const fn alone(self) -> &'static [Kind] {
                match self {
                    $(Self::$name => &[Kind::ThirdParty(Self::$name)],)*
                }
            }
        }
    };
}

third_party! {
    /// A cluster of EKS, to AWS Controllers for Kubernetes.
    AckCluster = clusters::ACK,
    /// A cluster of EKS, to Crossplane.
    CrossplaneEks = clusters::CROSSPLANE_EKS,
    /// The same since its version 2, in a namespace.
    CrossplaneEksNamespaced = clusters::CROSSPLANE_EKS_NAMESPACED,
    /// A cluster of GKE, to Crossplane.
    CrossplaneGke = clusters::CROSSPLANE_GKE,
    /// The same since its version 2, in a namespace.
    CrossplaneGkeNamespaced = clusters::CROSSPLANE_GKE_NAMESPACED,
    /// A cluster of AKS, to Crossplane.
    CrossplaneAks = clusters::CROSSPLANE_AKS,
    /// The same since its version 2, in a namespace.
    CrossplaneAksNamespaced = clusters::CROSSPLANE_AKS_NAMESPACED,
    /// A control plane of EKS, to Cluster API.
    CapiEks = clusters::CAPI_EKS,
    /// A control plane of ROSA, which is `OpenShift` in AWS, to Cluster API.
    CapiRosa = clusters::CAPI_ROSA,
    /// A control plane of GKE, to Cluster API.
    CapiGke = clusters::CAPI_GKE,
    /// A control plane of AKS, to Cluster API.
    CapiAks = clusters::CAPI_AKS,
    /// A cluster of GKE, to Config Connector.
    KccCluster = clusters::KCC,
    /// A cluster of AKS, to Azure Service Operator.
    AsoCluster = clusters::ASO,
    /// How the API servers of `OpenShift` are set up: audit and encryption.
    OpenShiftApiServer = openshift::API_SERVER,
    /// Which authenticator `OpenShift` uses.
    OpenShiftAuthentication = openshift::AUTHENTICATION,
    /// Where the control plane of `OpenShift` runs.
    OpenShiftInfrastructure = openshift::INFRASTRUCTURE,
    /// The identity providers of `OpenShift`'s own authenticator.
    OpenShiftOAuth = openshift::OAUTH,
    /// Where `OpenShift` sends logs.
    LogForwarder = openshift::LOG_FORWARDER,
    /// The same, before version 6 of its logging.
    OldLogForwarder = openshift::OLD_LOG_FORWARDER,
    /// An issuer whose tokens Pinniped takes.
    PinnipedJwt = identity::PINNIPED_JWT,
    /// A webhook that Pinniped asks who somebody is.
    PinnipedWebhook = identity::PINNIPED_WEBHOOK,
    /// A way to sign in to Rancher.
    RancherAuth = identity::RANCHER,
    /// A certificate that cert-manager renews.
    Certificate = pki::CERTIFICATE,
    /// Roots that trust-manager hands out.
    TrustBundle = pki::TRUST_BUNDLE,
}

impl ThirdParty {
    /// How the API serves it, in the version that is understood best.
    pub(crate) const fn served(self) -> Served {
        let definition = self.definition();
        let version = match definition.versions {
            [best, ..] => best,
            [] => "",
        };
        Served {
            group: definition.group,
            version,
            kind: definition.kind,
            plural: definition.plural,
            namespaced: definition.namespaced,
        }
    }

    /// Versions that are understood, the best first.
    #[must_use]
    pub const fn versions(self) -> &'static [&'static str] {
        self.definition().versions
    }

    /// What it has in common with others.
    #[must_use]
    pub const fn class(self) -> Class {
        self.definition().class
    }

    pub(crate) const fn fields(self) -> &'static [Field] {
        self.definition().fields
    }
}

#[cfg(test)]
mod tests;
