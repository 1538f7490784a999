//! Lean views: of each kind, the fields that checks read and nothing else.
//!
//! A view is what the inventory keeps of an object for as long as it lives, so each field has to earn its bytes.
//! Missing fields are what the API says they default to; a field of the wrong type is a [`crate::DecodeError`],
//! never a default, since a default may be a pass.

mod cidr;
mod condition;
mod config_map;
mod controller;
mod csr;
mod flags;
mod ingress;
mod limits;
mod meta;
mod namespace;
mod network;
mod node;
mod object;
mod pairs;
mod pod;
mod pod_spec;
mod quantity;
mod rbac;
mod selector;
mod service;
mod service_account;
mod statement;
mod static_pod;
mod third_party;

pub use cidr::{Cidr, Family};
pub use config_map::ConfigMap;
pub use controller::{Controller, Template};
pub use csr::{Condition, Csr, IssuedCertificate, RequestSubject, makes_logins};
pub use flags::{Component, Flag, Flags};
pub use ingress::Ingress;
pub use limits::{LimitRange, LimitRangeItem, ResourceQuota};
pub use meta::{ChangedBy, Labels, Meta, OwnerRef};
pub use namespace::Namespace;
pub use network::{
    Direction, IpBlock, NetworkPolicy, Peer, PolicyPort, PolicyRule as NetworkRule, Protocol,
};
pub use node::Node;
pub use pairs::Pairs;
pub use pod::{Phase, Pod, RuntimeUser};
pub use pod_spec::{
    Capabilities, Container, ContainerKind, ContainerSecurity, EmptyDir, HandlerHost, HostPath,
    HostPort, ImageVolume, Mark, PodSecurity, PodSpec, ProjectedToken, Resources, SeLinux,
};
pub use quantity::is_zero;
pub use rbac::{Binding, PolicyRule, Role, RoleRef, Subject as RbacSubject, SubjectKind};
pub use selector::{LabelSelector, Operator, Requirement, Selection};
pub use service::{Service, ServiceType};
pub use service_account::ServiceAccount;
pub use statement::{Reviewed, Statement};
pub use static_pod::StaticPod;
pub use third_party::{Fields, ThirdPartyObject, Value};

/// The shapes the API's JSON is read into on the way to a view.
pub(crate) mod raw {
    pub(crate) use super::config_map::RawConfigMap;
    pub(crate) use super::controller::RawController;
    pub(crate) use super::csr::RawCsr;
    pub(crate) use super::ingress::RawIngress;
    pub(crate) use super::limits::{RawLimitRange, RawQuota};
    pub(crate) use super::namespace::RawNamespace;
    pub(crate) use super::network::RawPolicy;
    pub(crate) use super::node::RawNode;
    pub(crate) use super::pod::RawPod;
    pub(crate) use super::rbac::{RawBinding, RawRole};
    pub(crate) use super::service::RawService;
    pub(crate) use super::service_account::RawServiceAccount;
    pub(crate) use super::statement::RawStatement;
    pub(crate) use super::third_party::Seed;
}

use std::sync::Arc;

/// Text as the inventory keeps it: shared, never changed.
pub type Text = Arc<str>;

/// One decoded object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Object {
    /// A Namespace.
    Namespace(Namespace),
    /// A Node.
    Node(Node),
    /// A `ServiceAccount`.
    ServiceAccount(ServiceAccount),
    /// A Role or `ClusterRole`.
    Role(Role),
    /// A `RoleBinding` or `ClusterRoleBinding`.
    Binding(Binding),
    /// A `NetworkPolicy`.
    NetworkPolicy(NetworkPolicy),
    /// A `ResourceQuota`.
    ResourceQuota(ResourceQuota),
    /// A `LimitRange`.
    LimitRange(LimitRange),
    /// A Service.
    Service(Service),
    /// An Ingress.
    Ingress(Ingress),
    /// A `ConfigMap`.
    ConfigMap(ConfigMap),
    /// A `CertificateSigningRequest`.
    Csr(Csr),
    /// A Deployment, `StatefulSet`, `DaemonSet`, `ReplicaSet`, Job or `CronJob`.
    Controller(Controller),
    /// A Pod.
    Pod(Pod),
    /// A `ComplianceStatement`.
    Statement(Statement),
    /// An object of a kind that another tool defines.
    ThirdParty(ThirdPartyObject),
}

impl Object {
    /// What every object has.
    #[must_use]
    pub fn meta(&self) -> &Meta {
        match self {
            Self::Namespace(view) => &view.meta,
            Self::Node(view) => &view.meta,
            Self::ServiceAccount(view) => &view.meta,
            Self::Role(view) => &view.meta,
            Self::Binding(view) => &view.meta,
            Self::NetworkPolicy(view) => &view.meta,
            Self::ResourceQuota(view) => &view.meta,
            Self::LimitRange(view) => &view.meta,
            Self::Service(view) => &view.meta,
            Self::Ingress(view) => &view.meta,
            Self::ConfigMap(view) => &view.meta,
            Self::Csr(view) => &view.meta,
            Self::Controller(view) => &view.meta,
            Self::Pod(view) => &view.meta,
            Self::Statement(view) => &view.meta,
            Self::ThirdParty(view) => &view.meta,
        }
    }
}
