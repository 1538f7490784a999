//! The interface of a check.

use std::collections::BTreeSet;
use std::ops::Deref;

use assay_catalog::ControlId;
use assay_inventory::view::{
    Binding, ConfigMap, Csr, Namespace, NetworkPolicy, Node, Role, Selection, ServiceAccount, Text,
    ThirdPartyObject,
};
use assay_inventory::{
    Blind, Class, EvidenceKind, Facts, Identity, Relation, Relations, SubjectKind, Workload,
};
use chrono::TimeDelta;
use serde::Serialize;

use crate::config_maps;
use crate::pod_literals::Look;

/// A check.
#[derive(Debug)]
pub struct Check {
    /// What its Markdown says of it.
    pub meta: Meta,
    /// How it judges.
    pub rule: Rule,
}

/// Front matter of a check's Markdown.
#[derive(Debug)]
pub struct Meta {
    /// Kebab-case id, unique.
    pub id: &'static str,
    /// Raised whenever the same facts may be judged otherwise than before.
    pub version: u32,
    /// The control it judges.
    pub control: ControlId,
    /// Whether it decides the control.
    pub kind: CheckKind,
    /// Severity of a finding, unless the finding says otherwise.
    pub severity: Severity,
    /// What a finding means, in a few words.
    pub title: &'static str,
    /// Related references of its own, e.g. `CIS 5.2.2`.
    pub references: &'static [&'static str],
    /// First paragraph of `How to fix`.
    pub remediation: &'static str,
    /// The whole text, front matter included.
    pub markdown: &'static str,
}

/// Whether a check decides its control.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum CheckKind {
    /// It does.
    Requirement,
    /// Heuristics, and hardening that the guidance words as "consider": listed and counted apart.
    Advisory,
}

/// Severity orders work; it never decides a verdict. Worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Severity {
    /// A way to take the cluster or the card data, as it stands.
    Critical,
    /// One step from it.
    High,
    /// Weakens a defence.
    Medium,
    /// Hygiene.
    Low,
}

/// How a check judges.
#[derive(Debug)]
pub struct Rule {
    /// Relations it reads beside its subject. Of those that are not declared, neither a loss of sight nor a change reaches it.
    pub reads: &'static [Relation],
    /// The same as a set, which is quickly compared: coarser, see [`Relations`].
    pub read_set: Relations,
    /// The function, by what it judges.
    pub judge: Judge,
    /// Runs over the literals of each container while it is decoded; its marks appear in
    /// [`assay_inventory::view::PodSpec::marks`].
    pub(crate) literals: Option<Look>,
    /// Runs over each `ConfigMap` while it is decoded; its marks appear in [`ConfigMap::marks`].
    pub(crate) config_maps: Option<config_maps::Look>,
}

impl Rule {
    /// A rule that reads these relations.
    #[must_use]
    pub const fn new(reads: &'static [Relation], judge: Judge) -> Self {
        Self {
            reads,
            read_set: Relations::of(reads),
            judge,
            literals: None,
            config_maps: None,
        }
    }

    /// The same, looking at the literals of each container while the object is decoded: one reading serves all checks.
    #[must_use]
    pub(crate) const fn reading_literals(self, literals: Look) -> Self {
        Self {
            literals: Some(literals),
            ..self
        }
    }

    /// The same, looking at each `ConfigMap` while it is decoded. One in which no check sees anything is not kept.
    #[must_use]
    pub(crate) const fn reading_config_maps(self, config_maps: config_maps::Look) -> Self {
        Self {
            config_maps: Some(config_maps),
            ..self
        }
    }
}

impl Outcome {
    /// The same, and if it fails, told who brought the binding that does.
    #[must_use]
    pub fn of_binding(mut self, binding: &Binding) -> Self {
        if let Self::Fail(violation) = &mut self {
            violation.origin = crate::platform::origin_of_grant(binding);
        }
        self
    }
}

/// What a judgement comes to; [`Blind`] where something it needs cannot be seen.
pub type Judgement = Result<Outcome, Blind>;

/// A check's function, by the kind of its subject.
#[derive(Debug)]
pub enum Judge {
    /// Judges the cluster.
    Cluster(fn(&Cx<'_>) -> Judgement),
    /// Judges namespaces.
    Namespace(fn(&Namespace, &Cx<'_>) -> Judgement),
    /// Judges nodes.
    Node(fn(&Node, &Cx<'_>) -> Judgement),
    /// Judges `ServiceAccounts`.
    ServiceAccount(fn(&ServiceAccount, &Cx<'_>) -> Judgement),
    /// Judges Roles and `ClusterRoles`.
    Role(fn(&Role, &Cx<'_>) -> Judgement),
    /// Judges `RoleBindings` and `ClusterRoleBindings`.
    Binding(fn(&Binding, &Cx<'_>) -> Judgement),
    /// Judges network policies.
    NetworkPolicy(fn(&NetworkPolicy, &Cx<'_>) -> Judgement),
    /// Judges `ConfigMaps` in which a check saw something.
    ConfigMap(fn(&ConfigMap, &Cx<'_>) -> Judgement),
    /// Judges certificate signing requests.
    Csr(fn(&Csr, &Cx<'_>) -> Judgement),
    /// Judges workloads.
    Workload(fn(&Workload, &Cx<'_>) -> Judgement),
    /// Judges objects of one class of kinds that other tools define.
    ThirdParty(Class, fn(&ThirdPartyObject, &Cx<'_>) -> Judgement),
}

impl Judge {
    /// The kind of subject it judges.
    #[must_use]
    pub const fn subject_kind(&self) -> SubjectKind {
        match self {
            Self::Cluster(_) => SubjectKind::Cluster,
            Self::Namespace(_) => SubjectKind::Namespace,
            Self::Node(_) => SubjectKind::Node,
            Self::ServiceAccount(_) => SubjectKind::ServiceAccount,
            Self::Role(_) => SubjectKind::Role,
            Self::Binding(_) => SubjectKind::Binding,
            Self::NetworkPolicy(_) => SubjectKind::NetworkPolicy,
            Self::ConfigMap(_) => SubjectKind::ConfigMap,
            Self::Csr(_) => SubjectKind::Csr,
            Self::Workload(_) => SubjectKind::Workload,
            Self::ThirdParty(class, _) => SubjectKind::ThirdParty(*class),
        }
    }
}

/// Outcome of a check for one subject that could be judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The property was shown.
    Pass,
    /// The check does not apply, by the fact given.
    NotApplicable(&'static str),
    /// It is violated.
    Fail(Box<Violation>),
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Names the object, the field, the offending value and what to do. No counts, no times.
    pub message: String,
    /// Each place, where there are several.
    pub details: Vec<Detail>,
    /// Severity, where it differs from the check's own.
    pub severity: Option<Severity>,
    /// Whose it is.
    pub origin: Origin,
}

/// One place of a violation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Detail {
    /// Container; empty for the object itself.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub container: Text,
    /// Path of the field in the pod spec or the object, e.g. `containers[app].securityContext.privileged`.
    pub field: String,
    /// Its value; `unset` where that is the trouble. Never a secret's.
    pub value: String,
}

/// Who brought the violating object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
pub enum Origin {
    /// Kubernetes or the distribution itself.
    Platform,
    /// A recognised add-on.
    ThirdParty,
    /// The cluster's users.
    #[default]
    Workload,
}

impl Violation {
    /// A failing outcome with this message.
    pub fn fail(message: impl Into<String>) -> Outcome {
        Outcome::Fail(Box::new(Self::new(message)))
    }

    /// A violation with this message.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            details: Vec::new(),
            severity: None,
            origin: Origin::default(),
        }
    }
}

/// What the profile sets for checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Params {
    /// Identities that may hold `cluster-admin` for emergencies.
    pub break_glass: BTreeSet<Identity>,
    /// How old evidence may be and still stand.
    pub max_evidence_age: TimeDelta,
    /// Whether kubelets are asked as a stranger would.
    pub kubelet_probe: bool,
    /// Namespaces in which pods are tried.
    pub admission_probe: Selection,
    /// Whether Secrets of certain kinds are listed by name.
    pub secret_types: bool,
    /// Name of the profile: some statements are for one alone. The engine fills it in.
    pub profile: Text,
}

impl Params {
    /// Whether a source is asked at all.
    #[must_use]
    pub fn asks(&self, source: EvidenceKind) -> bool {
        match source {
            EvidenceKind::KubeletProbe => self.kubelet_probe,
            EvidenceKind::AdmissionProbe => !self.admission_probe.is_empty(),
            EvidenceKind::SecretTypes => self.secret_types,
            _ => true,
        }
    }
}

impl Default for Params {
    fn default() -> Self {
        Self {
            break_glass: BTreeSet::new(),
            max_evidence_age: TimeDelta::minutes(15),
            kubelet_probe: false,
            admission_probe: Selection::default(),
            secret_types: false,
            profile: Text::default(),
        }
    }
}

/// What a check reads: facts and parameters.
pub struct Cx<'a> {
    facts: Facts<'a>,
    /// Parameters of the profile.
    pub params: &'a Params,
}

impl<'a> Cx<'a> {
    /// A context for one judgement.
    #[must_use]
    pub fn new(facts: Facts<'a>, params: &'a Params) -> Self {
        Self { facts, params }
    }
}

impl<'a> Deref for Cx<'a> {
    type Target = Facts<'a>;

    fn deref(&self) -> &Self::Target {
        &self.facts
    }
}

impl CheckKind {
    /// As reports write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requirement => "Requirement",
            Self::Advisory => "Advisory",
        }
    }
}

impl Severity {
    /// Every severity, worst first.
    pub const ALL: [Self; 4] = [Self::Critical, Self::High, Self::Medium, Self::Low];

    /// As reports write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "Critical",
            Self::High => "High",
            Self::Medium => "Medium",
            Self::Low => "Low",
        }
    }
}

impl Origin {
    /// As reports write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Platform => "Platform",
            Self::ThirdParty => "ThirdParty",
            Self::Workload => "Workload",
        }
    }
}
