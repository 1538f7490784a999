//! Logins that were issued: what outlives the request, the operator and its memory.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::time::OptionalWholeSeconds;

/// A certificate by which somebody can sign in to the API server, as the `CertificateSigningRequest` told that it was
/// issued to. Public facts, no key and no certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct IssuedLogin {
    /// Name of the request.
    pub name: String,
    /// Uid of the request.
    pub uid: String,
    /// Who signs: `spec.signerName`.
    pub signer_name: String,
    /// User name that the certificate is for (CN).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub common_name: String,
    /// Groups that the certificate is for (O), at most 16, `system:masters` first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub organizations: Vec<String>,
    /// Why neither can be read from the request. Left out where they can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<String>,
    /// Who made the request, by the API server's word.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub requested_by: String,
    /// Groups of the requester that Kubernetes itself gives a meaning, at most 16, `system:masters` first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requester_groups: Vec<String>,
    /// The credential that the request came by: `X509SHA256=…` of a client certificate, `JTI=…` of a token.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub credential: String,
    /// Reason that whoever approved it gave.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub approval: String,
    /// Until when the certificate is good (UTC). Left out where it cannot be read, which counts as for ever.
    #[serde(
        with = "OptionalWholeSeconds",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub not_after: Option<DateTime<Utc>>,
}

/// The most bytes that [`IssuedLogin`]s may take in a status, as JSON.
pub const LONGEST_ISSUED: usize = 24 * 1024;
