//! `CertificateSigningRequests`: who asked for which identity, and until when the certificate is good.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use x509_parser::prelude::{FromDer, X509Certificate, X509CertificationRequest, X509Name};

use super::meta::RawMeta;
use super::{Meta, Text};
use crate::view::object::{null_as_default, objects, objects_or_null};

objects_or_null!(RawStatus);
objects!(RawCsr, RawSpec, RawCondition);

/// A `CertificateSigningRequest`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Csr {
    /// Metadata.
    pub meta: Meta,
    /// `spec.signerName`.
    pub signer: Text,
    /// Whether `spec.usages` holds `client auth`, so that the certificate can log in.
    pub client_auth: bool,
    /// `spec.username`: who created it, by the API server's word.
    pub requester: Text,
    /// `spec.groups` of who created it.
    pub requester_groups: Vec<Text>,
    /// Subject of the PKCS#10 request, or why it cannot be read.
    pub subject: Result<RequestSubject, Text>,
    /// State.
    pub condition: Condition,
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
        Self {
            meta: raw.metadata.into_meta(),
            signer: raw.spec.signer_name,
            client_auth: raw
                .spec
                .usages
                .iter()
                .flatten()
                .any(|usage| usage == "client auth"),
            requester: raw.spec.username,
            requester_groups: raw.spec.groups.unwrap_or_default(),
            subject: request_subject(&raw.spec.request),
            condition,
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

fn request_subject(request: &str) -> Result<RequestSubject, Text> {
    let unreadable =
        || Text::from("spec.request is not base64 of a PEM-encoded PKCS#10 certificate request");
    let der = der(request).ok_or_else(unreadable)?;
    let (_, parsed) = X509CertificationRequest::from_der(&der).map_err(|_| unreadable())?;
    let name = &parsed.certification_request_info.subject;
    Ok(RequestSubject {
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
