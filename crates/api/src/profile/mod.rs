//! The kind `ComplianceProfile`: what is assessed, in which scope and with which parameters. It is the only kind here
//! that people write, so its rules are enforced by the API server, with messages that say what to do.

pub mod issued;
pub mod logins;
pub mod meaning;
pub mod scope;
pub mod status;

use kube::{CustomResource, KubeSchema};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    profile::{
        scope::{ObjectSelection, Scope},
        status::ComplianceProfileStatus,
    },
    schema::{for_kubernetes, is_default},
    span::TimeSpan,
    words::Severity,
};

/// What is assessed. All of it is optional: an empty spec assesses the whole cluster with every check.
#[derive(
    CustomResource, KubeSchema, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize,
)]
#[kube(
    group = "compliance.assay.dev",
    version = "v1alpha1",
    kind = "ComplianceProfile",
    plural = "complianceprofiles",
    category = "compliance",
    status = "ComplianceProfileStatus",
    derive = "PartialEq",
    derive = "Default",
    doc = "What is assessed, in which scope and with which parameters, and how the cluster stands against it as a whole. Its sixteen ComplianceReports carry its name.",
    validation = Rule::new("self.metadata.name.size() <= 40 && self.metadata.name.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')")
        .message("metadata.name must be a DNS label of at most 40 characters (lower-case letters, digits and '-'), because the names of the reports are built from it"),
    printcolumn(
        name = "STATUS",
        type_ = "string",
        json_path = ".status.verdict",
        description = "Verdict on the profile, the worst of its sections"
    ),
    printcolumn(
        name = "MET",
        type_ = "string",
        json_path = ".status.summary.controlsText",
        description = "Controls met, of those that apply"
    ),
    printcolumn(
        name = "NOT-MET",
        type_ = "integer",
        json_path = ".status.summary.controls.notMet",
        description = "Controls with an open finding of a requirement"
    ),
    printcolumn(
        name = "UNKNOWN",
        type_ = "integer",
        json_path = ".status.summary.controls.unknown",
        description = "Controls of which something could not be judged"
    ),
    printcolumn(
        name = "TO-STATE",
        type_ = "integer",
        json_path = ".status.summary.controls.needsEvidence",
        description = "Controls that wait for a person's statement"
    ),
    printcolumn(
        name = "CRITICAL",
        type_ = "integer",
        json_path = ".status.summary.findings.critical",
        description = "Open findings with severity Critical"
    ),
    printcolumn(
        name = "HIGH",
        type_ = "integer",
        json_path = ".status.summary.findings.high",
        description = "Open findings with severity High"
    ),
    printcolumn(
        name = "CDE",
        type_ = "integer",
        json_path = ".status.summary.findings.cde",
        description = "Open findings inside the cardholder data environment"
    ),
    printcolumn(
        name = "SINCE",
        type_ = "date",
        json_path = ".status.since",
        description = "Since when the verdict holds"
    ),
    printcolumn(
        name = "VERIFIED",
        type_ = "date",
        json_path = ".status.verifiedAt",
        description = "When the verdict was last confirmed"
    )
)]
#[schemars(transform = for_kubernetes)]
#[serde(rename_all = "camelCase")]
pub struct ComplianceProfileSpec {
    /// Which namespaces and nodes belong to the cardholder data environment (CDE), are connected to it, or are out of
    /// scope. What none of the three lists is in scope. A namespace or node that several of them list counts as the
    /// strictest: CDE, then connected to it, then out of scope. All of them are judged alike; open findings inside the CDE
    /// are counted apart as well.
    #[serde(default, skip_serializing_if = "is_default")]
    pub scope: Scope,
    /// What the checks need to know about this cluster and cannot read from it.
    #[serde(default)]
    pub parameters: Parameters,
    /// Checks that are switched off or given another severity, each with the reason why. The reports show them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 500))]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["id".into()]))]
    pub checks: Vec<CheckOverride>,
}

/// What the checks need to know about this cluster and cannot read from it.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Parameters {
    /// Identities kept for emergencies. They may hold rights, such as cluster-admin, that are a finding on anybody
    /// else.
    #[serde(default, skip_serializing_if = "is_default")]
    pub break_glass: BreakGlass,
    /// How old evidence from outside the cluster's objects, such as the kubelets' settings, may be before what depends
    /// on it is `Unknown`. In hours, minutes and seconds, such as `15m` (the default) or `1h30m`; from `1m` to `24h`.
    #[serde(default = "default_max_evidence_age")]
    #[x_kube(validation = Rule::new("duration(self) >= duration('1m') && duration(self) <= duration('24h')")
        .message("maxEvidenceAge must be from 1m to 24h"))]
    pub max_evidence_age: TimeSpan,
    /// Whether each kubelet is asked, without credentials, for the pods of its node: on the port that its Node tells, and on
    /// the read-only port 10255; and whether the ports for the node itself, 10248 and kube-proxy's 10249, answer. It shows what a stranger gets, whatever the settings say, and may alarm what watches the
    /// network. Off unless set: then nothing is sent, and what rests on it does not apply.
    #[serde(default, skip_serializing_if = "is_default")]
    pub kubelet_probe: bool,
    /// Namespaces in which pods are tried, to see whether admission refuses those that reach their node, run as root or have no
    /// limit of memory, whichever engine does it. A try is a server-side dry run: nothing is ever made. It is sent as the
    /// `ServiceAccount` `assay-admission-probe`, which needs a Role in each of these namespaces (see `deploy/admission-probe`),
    /// and goes through the webhooks of policy engines, whose logs and reports may tell of it. None unless set: then nothing is
    /// sent, and what rests on it does not apply.
    #[serde(default, skip_serializing_if = "is_default")]
    pub admission_probe: ObjectSelection,
    /// Whether the API server is asked for the names of Secrets of a few kinds: tokens of service accounts, bootstrap tokens,
    /// first passwords of add-ons. It answers with a table of names, never with what is in them. But RBAC has no right that
    /// stops at names: whoever may list Secrets may read every one. So the right is not among those that Assay is installed
    /// with; bind its service account to the cluster role `assay-operator-secret-types` of `deploy/secret-types` as well, and know what that
    /// makes of the operator's token. Off unless set: then nothing is asked, and the requirements that rest on it are `Unknown`
    /// with the reason `DisabledByProfile`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub secret_types: bool,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            break_glass: BreakGlass::default(),
            max_evidence_age: default_max_evidence_age(),
            kubelet_probe: false,
            admission_probe: ObjectSelection::default(),
            secret_types: false,
        }
    }
}

impl Parameters {
    /// The least that [`max_evidence_age`](Self::max_evidence_age) may be, as the definition's rule has it.
    pub const SHORTEST_EVIDENCE_AGE: TimeSpan = TimeSpan::minutes(1);
    /// The most that it may be.
    pub const LONGEST_EVIDENCE_AGE: TimeSpan = TimeSpan::minutes(24 * 60);
}

const fn default_max_evidence_age() -> TimeSpan {
    TimeSpan::minutes(15)
}

/// Identities kept for emergencies, each by its full name; there are no patterns.
#[derive(KubeSchema, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BreakGlass {
    /// Names of users, exactly as role bindings name them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 100))]
    #[x_kube(merge_strategy = ListMerge::Set)]
    pub users: Vec<String>,
    /// Names of groups, exactly as role bindings name them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 100))]
    #[x_kube(merge_strategy = ListMerge::Set)]
    pub groups: Vec<String>,
    /// Service accounts, by namespace and name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 100))]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["namespace".into(), "name".into()]))]
    pub service_accounts: Vec<ServiceAccountRef>,
}

/// One service account.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "camelCase")]
pub struct ServiceAccountRef {
    /// Namespace of the service account.
    #[schemars(length(min = 1, max = 63))]
    pub namespace: String,
    /// Name of the service account.
    #[schemars(length(min = 1, max = 253))]
    pub name: String,
}

/// One check that is switched off or given another severity.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[x_kube(
    validation = Rule::new("has(self.severity) || (has(self.enabled) && !self.enabled)")
        .message("set enabled to false to switch the check off, or severity to rate it differently"),
    validation = Rule::new("self.reason.trim().size() >= 10")
        .message("reason must say why, in at least 10 characters")
        .field_path(".reason")
)]
#[serde(rename_all = "camelCase")]
pub struct CheckOverride {
    /// Id of the check, such as `cluster-admin-binding`; `assay checks` lists them.
    #[schemars(
        length(min = 1, max = 63),
        regex(pattern = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
    )]
    pub id: String,
    /// False switches the check off. What then nobody looks at is not met: its control becomes `Unknown` with the
    /// reason `DisabledByProfile`, if the check is a requirement. True, or left out, changes nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// The severity to give its findings instead of its own: `Critical`, `High`, `Medium` or `Low`. It orders work and
    /// changes no verdict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// Why, for the assessor who reads it: 10 to 1024 characters.
    #[schemars(length(max = 1024))]
    pub reason: String,
}
