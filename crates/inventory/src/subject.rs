//! Subjects: what a check judges one at a time.

use std::fmt;

use crate::view::Text;
use crate::{Class, Kind, ThirdParty};

/// Namespace and name; the namespace is empty for cluster-scoped objects.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ObjectKey {
    /// Namespace.
    pub namespace: Text,
    /// Name.
    pub name: Text,
}

impl ObjectKey {
    /// A key from its parts.
    pub fn new(namespace: impl Into<Text>, name: impl Into<Text>) -> Self {
        Self {
            namespace: namespace.into(),
            name: name.into(),
        }
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.namespace.is_empty() {
            f.write_str(&self.name)
        } else {
            write!(f, "{}/{}", self.namespace, self.name)
        }
    }
}

/// A workload: a pod's top controller, or the pod itself. Ordered by namespace first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorkloadKey {
    /// Namespace.
    pub namespace: Text,
    /// `apiVersion` of the controller.
    pub api_version: Text,
    /// Kind of the controller, watched or not.
    pub kind: Text,
    /// Name.
    pub name: Text,
}

impl WorkloadKey {
    /// The workload that a watched object itself is.
    #[must_use]
    pub fn of(kind: Kind, key: &ObjectKey) -> Self {
        let (api_version, kind) = kind.names();
        Self {
            namespace: key.namespace.clone(),
            api_version,
            kind,
            name: key.name.clone(),
        }
    }

    /// The watched kind of its controller, if it is watched. Of a kind that another tool defines, no pods are known.
    #[must_use]
    pub fn watched_kind(&self) -> Option<Kind> {
        Kind::named(&self.api_version, &self.kind)
            .filter(|kind| !matches!(kind, Kind::ThirdParty(_)))
    }

    /// Its object's key.
    #[must_use]
    pub fn object(&self) -> ObjectKey {
        ObjectKey {
            namespace: self.namespace.clone(),
            name: self.name.clone(),
        }
    }
}

impl fmt::Display for WorkloadKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}/{}", self.kind, self.namespace, self.name)
    }
}

/// What is judged.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// The cluster as a whole: its control plane.
    Cluster,
    /// A Namespace.
    Namespace(Text),
    /// A Node.
    Node(Text),
    /// A `ServiceAccount`.
    ServiceAccount(ObjectKey),
    /// A Role, or a `ClusterRole` where the namespace is empty.
    Role(ObjectKey),
    /// A `RoleBinding`, or a `ClusterRoleBinding` where the namespace is empty.
    Binding(ObjectKey),
    /// A `NetworkPolicy`.
    NetworkPolicy(ObjectKey),
    /// A `ConfigMap` in which an extractor found something; the others are not kept.
    ConfigMap(ObjectKey),
    /// A `CertificateSigningRequest`.
    Csr(Text),
    /// A workload.
    Workload(WorkloadKey),
    /// An object of a kind that another tool defines.
    ThirdParty(ThirdParty, ObjectKey),
}

/// Kinds of subject: a check judges one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubjectKind {
    /// See [`Subject::Cluster`].
    Cluster,
    /// See [`Subject::Namespace`].
    Namespace,
    /// See [`Subject::Node`].
    Node,
    /// See [`Subject::ServiceAccount`].
    ServiceAccount,
    /// See [`Subject::Role`].
    Role,
    /// See [`Subject::Binding`].
    Binding,
    /// See [`Subject::NetworkPolicy`].
    NetworkPolicy,
    /// See [`Subject::ConfigMap`].
    ConfigMap,
    /// See [`Subject::Csr`].
    Csr,
    /// See [`Subject::Workload`].
    Workload,
    /// See [`Subject::ThirdParty`]: those of one class.
    ThirdParty(Class),
}

impl SubjectKind {
    /// The watched kinds from which subjects of this kind are known: while one cannot be seen, there may be more of them.
    #[must_use]
    pub const fn kinds(self) -> &'static [Kind] {
        match self {
            Self::Cluster => &[],
            Self::Namespace => &[Kind::Namespace],
            Self::Node => &[Kind::Node],
            Self::ServiceAccount => &[Kind::ServiceAccount],
            Self::Role => &[Kind::ClusterRole, Kind::Role],
            Self::Binding => &[Kind::ClusterRoleBinding, Kind::RoleBinding],
            Self::NetworkPolicy => &[Kind::NetworkPolicy],
            Self::ConfigMap => &[Kind::ConfigMap],
            Self::Csr => &[Kind::CertificateSigningRequest],
            Self::Workload => &[
                Kind::Deployment,
                Kind::StatefulSet,
                Kind::DaemonSet,
                Kind::CronJob,
                Kind::Job,
                Kind::ReplicaSet,
                Kind::Pod,
            ],
            Self::ThirdParty(class) => class.kinds(),
        }
    }
}

impl Subject {
    /// The subject that a reference names: the inverse of [`api`](Self::api), [`namespace`](Self::namespace) and
    /// [`name`](Self::name).
    #[must_use]
    pub fn named(api_version: &str, kind: &str, namespace: &str, name: &str) -> Self {
        let key = || ObjectKey::new(namespace, name);
        match (Kind::named(api_version, kind), kind) {
            (None, "Cluster") if api_version.is_empty() => Self::Cluster,
            (Some(Kind::Namespace), _) => Self::Namespace(name.into()),
            (Some(Kind::Node), _) => Self::Node(name.into()),
            (Some(Kind::CertificateSigningRequest), _) => Self::Csr(name.into()),
            (Some(Kind::ServiceAccount), _) => Self::ServiceAccount(key()),
            (Some(Kind::ClusterRole | Kind::Role), _) => Self::Role(key()),
            (Some(Kind::ClusterRoleBinding | Kind::RoleBinding), _) => Self::Binding(key()),
            (Some(Kind::NetworkPolicy), _) => Self::NetworkPolicy(key()),
            (Some(Kind::ThirdParty(of)), _) if of.class().is_judged() => {
                Self::ThirdParty(of, key())
            }
            (Some(Kind::ConfigMap), _) => Self::ConfigMap(key()),
            _ => Self::Workload(WorkloadKey {
                namespace: namespace.into(),
                api_version: api_version.into(),
                kind: kind.into(),
                name: name.into(),
            }),
        }
    }

    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> SubjectKind {
        match self {
            Self::Cluster => SubjectKind::Cluster,
            Self::Namespace(_) => SubjectKind::Namespace,
            Self::Node(_) => SubjectKind::Node,
            Self::ServiceAccount(_) => SubjectKind::ServiceAccount,
            Self::Role(_) => SubjectKind::Role,
            Self::Binding(_) => SubjectKind::Binding,
            Self::NetworkPolicy(_) => SubjectKind::NetworkPolicy,
            Self::ConfigMap(_) => SubjectKind::ConfigMap,
            Self::Csr(_) => SubjectKind::Csr,
            Self::Workload(_) => SubjectKind::Workload,
            Self::ThirdParty(kind, _) => SubjectKind::ThirdParty(kind.class()),
        }
    }

    /// The watched kinds its own object comes from: while one cannot be seen, nothing can be said of it.
    #[must_use]
    pub fn own_kinds(&self) -> Vec<Kind> {
        match self {
            Self::Role(key) if key.namespace.is_empty() => vec![Kind::ClusterRole],
            Self::Role(_) => vec![Kind::Role],
            Self::Binding(key) if key.namespace.is_empty() => vec![Kind::ClusterRoleBinding],
            Self::Binding(_) => vec![Kind::RoleBinding],
            Self::Workload(key) => {
                let mut kinds = vec![Kind::Pod];
                kinds.extend(key.watched_kind().filter(|kind| *kind != Kind::Pod));
                kinds
            }
            Self::ThirdParty(kind, _) => vec![Kind::ThirdParty(*kind)],
            _ => self.kind().kinds().to_vec(),
        }
    }

    /// Namespace of the object it is; `None` for cluster-scoped ones. A Namespace is its own.
    #[must_use]
    pub fn namespace(&self) -> Option<&Text> {
        match self {
            Self::Cluster | Self::Node(_) | Self::Csr(_) => None,
            Self::Namespace(name) => Some(name),
            Self::ServiceAccount(key)
            | Self::Role(key)
            | Self::Binding(key)
            | Self::NetworkPolicy(key)
            | Self::ConfigMap(key)
            | Self::ThirdParty(_, key) => Some(&key.namespace).filter(|name| !name.is_empty()),
            Self::Workload(key) => Some(&key.namespace),
        }
    }

    /// Name of the object; the cluster has none.
    #[must_use]
    pub fn name(&self) -> Text {
        match self {
            Self::Cluster => Text::default(),
            Self::Namespace(name) | Self::Node(name) | Self::Csr(name) => name.clone(),
            Self::ServiceAccount(key)
            | Self::Role(key)
            | Self::Binding(key)
            | Self::NetworkPolicy(key)
            | Self::ConfigMap(key)
            | Self::ThirdParty(_, key) => key.name.clone(),
            Self::Workload(key) => key.name.clone(),
        }
    }

    /// `apiVersion` and `kind` of the object; the cluster is named by its API server.
    #[must_use]
    pub fn api(&self) -> (Text, Text) {
        let of = Kind::names;
        match self {
            Self::Cluster => (Text::default(), Text::from("Cluster")),
            Self::Namespace(_) => of(Kind::Namespace),
            Self::Node(_) => of(Kind::Node),
            Self::ServiceAccount(_) => of(Kind::ServiceAccount),
            Self::Role(key) if key.namespace.is_empty() => of(Kind::ClusterRole),
            Self::Role(_) => of(Kind::Role),
            Self::Binding(key) if key.namespace.is_empty() => of(Kind::ClusterRoleBinding),
            Self::Binding(_) => of(Kind::RoleBinding),
            Self::NetworkPolicy(_) => of(Kind::NetworkPolicy),
            Self::ConfigMap(_) => of(Kind::ConfigMap),
            Self::Csr(_) => of(Kind::CertificateSigningRequest),
            Self::Workload(key) => (key.api_version.clone(), key.kind.clone()),
            Self::ThirdParty(kind, _) => of(Kind::ThirdParty(*kind)),
        }
    }
}

impl fmt::Display for Subject {
    /// As messages name it: `ClusterRoleBinding ops`, `Deployment shop/web`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cluster => f.write_str("the cluster"),
            Self::Namespace(name) => write!(f, "Namespace {name}"),
            Self::Workload(key) => key.fmt(f),
            _ => match self.namespace() {
                Some(namespace) => write!(f, "{} {namespace}/{}", self.api().1, self.name()),
                None => write!(f, "{} {}", self.api().1, self.name()),
            },
        }
    }
}
