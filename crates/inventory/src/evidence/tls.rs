//! What servers show in a TLS handshake, before anybody says who they are.

use chrono::{DateTime, Utc};
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

use crate::Blind;
use crate::view::Text;

/// What each API server endpoint shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiServerTls {
    /// One entry an endpoint that answered, by address.
    pub endpoints: Vec<Handshake>,
    /// Endpoints that did not answer, and why: of them nothing is known.
    pub silent: Vec<Blind>,
}

/// What one server shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handshake {
    /// `host:port`.
    pub address: Text,
    /// Its own certificate.
    pub certificate: Certificate,
    /// Whether the cluster's authority vouches for it.
    pub trust: Trust,
    /// Whether it is valid from the very instant the authority itself is, as kubeadm makes them: that does not tell when it
    /// was issued.
    pub backdated: bool,
    /// Whether the server takes TLS 1.0 or 1.1; `None` where its answer did not tell.
    pub old_tls: Option<bool>,
}

/// Whether the cluster's authority vouches for a certificate. Time is left to whoever judges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// It has signed it, for the name or address that was asked for.
    Vouched,
    /// It has signed it, for other names only.
    OtherName,
    /// It has not, or not for a server.
    Foreign,
}

/// A certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Subject, as a distinguished name.
    pub subject: Text,
    /// Issuer, as a distinguished name.
    pub issuer: Text,
    /// DNS names and IP addresses it is for.
    pub names: Vec<Text>,
    /// Valid from.
    pub not_before: DateTime<Utc>,
    /// Valid until.
    pub not_after: DateTime<Utc>,
}

impl Certificate {
    /// Reads one in DER; `None` where it is none, or its times are no times.
    #[must_use]
    pub fn read(der: &[u8]) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let validity = certificate.validity();
        let names = certificate.subject_alternative_name().ok().flatten();
        let names = names.iter().flat_map(|names| &names.value.general_names);
        Some(Self {
            subject: certificate.subject().to_string().into(),
            issuer: certificate.issuer().to_string().into(),
            names: names.filter_map(name).collect(),
            not_before: DateTime::from_timestamp(validity.not_before.timestamp(), 0)?,
            not_after: DateTime::from_timestamp(validity.not_after.timestamp(), 0)?,
        })
    }
}

fn name(name: &GeneralName<'_>) -> Option<Text> {
    match name {
        GeneralName::DNSName(name) => Some((*name).into()),
        GeneralName::IPAddress(bytes) => {
            let four = <[u8; 4]>::try_from(*bytes).map(std::net::IpAddr::from);
            let sixteen = <[u8; 16]>::try_from(*bytes).map(std::net::IpAddr::from);
            let address = four.or(sixteen).ok()?;
            Some(address.to_string().into())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_is_not_read_as_one() {
        assert_eq!(Certificate::read(b""), None);
        assert_eq!(Certificate::read(&[0x30, 0x03, 0x02, 0x01, 0x00]), None);
    }
}
