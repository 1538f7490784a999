//! `CertificateSigningRequests`: who asked for which identity, and until when the certificate is good.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use x509_parser::oid_registry::OID_X509_EXT_SUBJECT_ALT_NAME;
use x509_parser::prelude::{
    FromDer, GeneralName, ParsedCriAttribute, ParsedExtension, X509Certificate,
    X509CertificationRequest, X509Name,
};

use super::meta::RawMeta;
use super::{Meta, Text};
use crate::view::object::{null_as_default, objects, objects_or_null};

/// Where the API server tells by which credential a request came: `X509SHA256=` and the hash of a client certificate, or
/// `JTI=` and the id of a token (KEP-3908 and `k8s.io/apiserver/pkg/authentication/user`).
const CREDENTIAL: &str = "authentication.kubernetes.io/credential-id";
/// The group whose members no role limits.
const MASTERS: &str = "system:masters";
/// The signer of clients in general, that of kubelets, and the one of old for both: the API server takes their certificates for
/// a login.
const CLIENTS: &str = "kubernetes.io/kube-apiserver-client";
const KUBELETS: &str = "kubernetes.io/kube-apiserver-client-kubelet";
const LEGACY: &str = "kubernetes.io/legacy-unknown";
/// Agents that sign in by a certificate of their node's own, which is good for a day: prefix of the name, and the one group.
/// The network plugins of `OpenShift` do (ovn-kubernetes, `docs/features/infrastructure-security-controls/node-identity.md`).
const NODE_AGENTS: [(&str, &str); 2] = [
    ("system:ovn-node:", "system:ovn-nodes"),
    ("system:multus:", "system:multus"),
];
/// As whom machines ask that are about to become nodes: whoever is in the group, and by name where a distribution gives it to
/// nobody else (that of `OpenShift`, and those of GKE by `cloud-provider-gcp`).
const BOOTSTRAPPERS: &str = "system:bootstrappers";
const BOOTSTRAPPER_NAMES: [&str; 3] = [
    "system:serviceaccount:openshift-machine-config-operator:node-bootstrapper",
    "kubelet-bootstrap",
    "kubelet",
];
/// Usages by which a certificate is for something, and not for whatever its holder likes. One that has none of them, or `any`,
/// is good for a login as well (RFC 5280, 4.2.1.12).
const PURPOSES: [&str; 11] = [
    "server auth",
    "code signing",
    "email protection",
    "s/mime",
    "ipsec end system",
    "ipsec tunnel",
    "ipsec user",
    "timestamping",
    "ocsp signing",
    "microsoft sgc",
    "netscape sgc",
];

/// Whether the API server takes the signer's certificates for a login.
#[must_use]
pub fn makes_logins(signer: &str) -> bool {
    [CLIENTS, KUBELETS, LEGACY].contains(&signer)
}

objects_or_null!(RawStatus);
objects!(RawCsr, RawSpec, RawCondition);

/// A `CertificateSigningRequest`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Csr {
    /// Metadata.
    pub meta: Meta,
    /// `spec.signerName`.
    pub signer: Text,
    /// Whether `spec.usages` lets the certificate log in: `client auth`, `any`, or no purpose at all.
    pub client_auth: bool,
    /// Whether `spec.usages` holds `server auth`, so that the certificate can stand for a server.
    pub server_auth: bool,
    /// `spec.username`: who created it, by the API server's word.
    pub requester: Text,
    /// `spec.groups` of who created it.
    pub requester_groups: Vec<Text>,
    /// The credential it came by, from `spec.extra`: `X509SHA256=…` of a client certificate, `JTI=…` of a token.
    pub credential: Text,
    /// Subject of the PKCS#10 request, or why it cannot be read.
    pub subject: Result<RequestSubject, Text>,
    /// State.
    pub condition: Condition,
    /// Reason of the condition that approves it, by the word of who did.
    pub approval: Text,
    /// The certificate, once issued.
    pub issued: Option<IssuedCertificate>,
}

/// Whom a request wants to be: CN becomes the user name, each O a group.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RequestSubject {
    /// Common name.
    pub common_name: Text,
    /// Organisations.
    pub organizations: Vec<Text>,
    /// DNS names that it is to serve under. Kept of requests for servers alone.
    pub dns_names: Vec<Text>,
}

/// State of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// Neither approved nor denied.
    Pending,
    /// Approved.
    Approved,
    /// Denied.
    Denied,
    /// Approved, but the signer failed.
    Failed,
}

/// What was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedCertificate {
    /// End of validity; `None` if the certificate cannot be read, which must count as still valid.
    pub not_after: Option<DateTime<Utc>>,
}

impl Csr {
    /// Whether the API server says that who asked is in `system:masters`.
    #[must_use]
    pub fn is_by_a_master(&self) -> bool {
        self.requester_groups
            .iter()
            .any(|group| group.as_ref() == MASTERS)
    }

    /// Whether it asks to be in `system:masters`.
    #[must_use]
    pub fn is_for_a_master(&self) -> bool {
        let subject = self.subject.as_ref();
        subject.is_ok_and(|subject| {
            let mut groups = subject.organizations.iter();
            groups.any(|group| group.as_ref() == MASTERS)
        })
    }

    /// Whether what it was issued is a login that the API server believes.
    #[must_use]
    pub fn makes_a_login(&self) -> bool {
        self.client_auth && makes_logins(&self.signer)
    }

    /// Whether a node asked for itself, or a machine that is about to become one: for the name of a node and its group, and
    /// for no right beside. (Admission holds a kubelet to its own name only where the signer is that of kubelets.)
    #[must_use]
    pub fn is_a_nodes_own(&self) -> bool {
        let Ok(subject) = &self.subject else {
            return false;
        };
        let [group] = subject.organizations.as_slice() else {
            return false;
        };
        let (name, group) = (&subject.common_name, group.as_ref());
        match self.signer.as_ref() {
            KUBELETS | LEGACY if group == "system:nodes" => {
                let is_a_node = name.starts_with("system:node:");
                is_a_node && (self.requester == *name || self.is_by_a_bootstrapper())
            }
            CLIENTS => NODE_AGENTS.iter().any(|(prefix, agents)| {
                let node = name.strip_prefix(prefix).filter(|_| group == *agents);
                node.is_some_and(|node| {
                    let by_the_node = self.requester.strip_prefix("system:node:") == Some(node);
                    by_the_node || self.requester == *name
                })
            }),
            _ => false,
        }
    }

    /// A manifest has no requester: who asks the signer of kubelets is taken for one.
    fn is_by_a_bootstrapper(&self) -> bool {
        let mut groups = self.requester_groups.iter();
        groups.any(|group| group.as_ref() == BOOTSTRAPPERS)
            || BOOTSTRAPPER_NAMES.contains(&self.requester.as_ref())
            || self.requester.is_empty() && self.signer.as_ref() == KUBELETS
    }

    /// Until when somebody can sign in by what it was issued; `None` if nobody ever can. A certificate that cannot be read
    /// never ends. Nodes renew theirs, and to remember them all would be to remember every node many times. Of signers that the
    /// API server need not believe, only those for `system:masters` count, and those that may be for it.
    #[must_use]
    pub fn good_until(&self) -> Option<DateTime<Utc>> {
        let issued = self.issued.as_ref().filter(|_| self.client_auth)?;
        let counts = self.makes_a_login() && !self.is_a_nodes_own()
            || self.is_for_a_master()
            || self.subject.is_err();
        counts.then(|| issued.not_after.unwrap_or(DateTime::<Utc>::MAX_UTC))
    }
}

#[derive(Deserialize)]
#[serde(remote = "Self")]
pub(crate) struct RawCsr {
    #[serde(default)]
    metadata: RawMeta,
    spec: RawSpec,
    #[serde(default)]
    status: Option<RawStatus>,
}

#[derive(Deserialize)]
#[serde(remote = "Self", rename_all = "camelCase")]
struct RawSpec {
    request: String,
    #[serde(default, deserialize_with = "null_as_default")]
    signer_name: Text,
    #[serde(default)]
    usages: Option<Vec<String>>,
    #[serde(default, deserialize_with = "null_as_default")]
    username: Text,
    #[serde(default)]
    groups: Option<Vec<Text>>,
    #[serde(default)]
    extra: Option<BTreeMap<String, Option<Vec<Text>>>>,
}

#[derive(Deserialize, Default)]
#[serde(remote = "Self", default)]
struct RawStatus {
    conditions: Option<Vec<RawCondition>>,
    certificate: Option<String>,
}

#[derive(Deserialize)]
#[serde(remote = "Self")]
struct RawCondition {
    r#type: String,
    #[serde(default, deserialize_with = "null_as_default")]
    reason: Text,
}

impl From<RawCsr> for Csr {
    fn from(raw: RawCsr) -> Self {
        let status = raw.status.unwrap_or_default();
        let has = |wanted: &str| {
            status
                .conditions
                .iter()
                .flatten()
                .any(|condition| condition.r#type == wanted)
        };
        let condition = if has("Denied") {
            Condition::Denied
        } else if has("Failed") {
            Condition::Failed
        } else if has("Approved") {
            Condition::Approved
        } else {
            Condition::Pending
        };
        let approvals = status.conditions.iter().flatten();
        let approval = approvals
            .filter(|condition| condition.r#type == "Approved")
            .map(|condition| Text::clone(&condition.reason))
            .next();
        let is_for = |wanted: &str| {
            let mut usages = raw.spec.usages.iter().flatten();
            usages.any(|usage| usage == wanted)
        };
        let server_auth = is_for("server auth");
        let has_a_purpose = PURPOSES.into_iter().any(is_for);
        let client_auth = is_for("client auth") || is_for("any") || !has_a_purpose;
        let mut extra = raw.spec.extra.unwrap_or_default();
        let credential = extra.remove(CREDENTIAL).flatten();
        Self {
            meta: raw.metadata.into_meta(),
            signer: raw.spec.signer_name,
            client_auth,
            server_auth,
            requester: raw.spec.username,
            requester_groups: raw.spec.groups.unwrap_or_default(),
            credential: credential
                .and_then(|values| values.into_iter().next())
                .unwrap_or_default(),
            subject: request_subject(&raw.spec.request, server_auth),
            condition,
            approval: approval.unwrap_or_default(),
            issued: status
                .certificate
                .filter(|certificate| !certificate.is_empty())
                .map(|certificate| IssuedCertificate {
                    not_after: not_after(&certificate),
                }),
        }
    }
}

/// `spec.request` and `status.certificate` are base64 of PEM.
fn der(base64_of_pem: &str) -> Option<Vec<u8>> {
    let pem = BASE64_STANDARD.decode(base64_of_pem.trim()).ok()?;
    let (_, block) = x509_parser::pem::parse_x509_pem(&pem).ok()?;
    Some(block.contents)
}

fn request_subject(request: &str, serving: bool) -> Result<RequestSubject, Text> {
    let unreadable =
        || Text::from("spec.request is not base64 of a PEM-encoded PKCS#10 certificate request");
    let der = der(request).ok_or_else(unreadable)?;
    let (_, parsed) = X509CertificationRequest::from_der(&der).map_err(|_| unreadable())?;
    let name = &parsed.certification_request_info.subject;
    let dns_names = if serving {
        dns_names(&parsed)
    } else {
        Vec::new()
    };
    Ok(RequestSubject {
        dns_names,
        common_name: common_name(name),
        organizations: name
            .iter_organization()
            .map(|value| {
                value
                    .as_str()
                    .map_or_else(|_| lossy(value.as_slice()), Text::from)
            })
            .collect(),
    })
}

/// Alternative names of every attribute that asks for extensions: who reads one alone may miss what a signer grants. What
/// cannot be read is a name as well, since a signer may read it otherwise.
fn dns_names(request: &X509CertificationRequest<'_>) -> Vec<Text> {
    let attributes = request.certification_request_info.iter_attributes();
    let extensions = attributes.filter_map(|attribute| match attribute.parsed_attribute() {
        ParsedCriAttribute::ExtensionRequest(asked) => Some(&asked.extensions),
        _ => None,
    });
    let mut all = Vec::new();
    for extension in extensions.flatten() {
        match extension.parsed_extension() {
            ParsedExtension::SubjectAlternativeName(names) => {
                all.extend(names.general_names.iter().filter_map(dns_name));
            }
            _ if extension.oid == OID_X509_EXT_SUBJECT_ALT_NAME => {
                all.push("names that cannot be read".into());
            }
            _ => {}
        }
    }
    all
}

fn dns_name(name: &GeneralName<'_>) -> Option<Text> {
    match name {
        GeneralName::DNSName(name) => Some(Text::from(*name)),
        GeneralName::Invalid(_, bytes) => Some(lossy(bytes)),
        _ => None,
    }
}

fn common_name(name: &X509Name<'_>) -> Text {
    name.iter_common_name()
        .last()
        .map(|value| {
            value
                .as_str()
                .map_or_else(|_| lossy(value.as_slice()), Text::from)
        })
        .unwrap_or_default()
}

fn lossy(bytes: &[u8]) -> Text {
    Text::from(String::from_utf8_lossy(bytes))
}

fn not_after(certificate: &str) -> Option<DateTime<Utc>> {
    let der = der(certificate)?;
    let (_, parsed) = X509Certificate::from_der(&der).ok()?;
    DateTime::from_timestamp(parsed.validity().not_after.timestamp(), 0)
}
