//! `TLS`: what servers show in a handshake, which is all that is said to them.
//!
//! The verifier here lets every certificate through and notes what it is worth. It belongs to connections over which nothing
//! is sent: each is closed as soon as hands are shaken. Whether versions older than TLS 1.2 are taken is tried apart, since the
//! library speaks none of them.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use assay_inventory::{
    ApiServerTls, Blind, Certificate, EvidenceKind, Fact, Handshake, Reason, Trust,
};
use chrono::{DateTime, Utc};
use kube::{Client, Config};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::crypto::{
    CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature,
};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};

use crate::anonymous::TIMEOUT;
use crate::collector::Collector;
use crate::each::EachCollector;
use crate::endpoints::{ask_openly, host_port};
use crate::nodes::Kubelet;
use crate::old_tls;

/// Shakes hands, and holds what is shown against the cluster's authority.
#[derive(Clone)]
struct Greeter {
    provider: Arc<CryptoProvider>,
    /// The authority of the client's own configuration; `None` where it names none that can be used.
    authority: Option<Arc<WebPkiServerVerifier>>,
    /// Since when its certificates are valid.
    authority_since: Vec<DateTime<Utc>>,
}

impl Greeter {
    fn new(config: &Config) -> Self {
        let provider = Arc::new(ring::default_provider());
        let mut roots = RootCertStore::empty();
        let named = || config.root_cert.iter().flatten();
        roots.add_parsable_certificates(named().map(|der| CertificateDer::from(der.as_slice())));
        let authority =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
        Self {
            provider,
            authority: authority.build().ok(),
            authority_since: named()
                .filter_map(|der| Certificate::read(der))
                .map(|authority| authority.not_before)
                .collect(),
        }
    }

    /// What whoever listens at an address shows when asked for a name.
    async fn greet(&self, address: &str, name: ServerName<'static>) -> Result<Handshake, Blind> {
        let unreachable = |what: &str| {
            Blind::new(
                Reason::Unreachable,
                format!("the server at {address} {what}"),
            )
        };
        let Some(authority) = &self.authority else {
            return Err(unreachable(
                "shows a certificate that cannot be judged: the configuration that Assay runs with names no certificate authority of the cluster",
            ));
        };
        let noted = Arc::new(Noted {
            provider: Arc::clone(&self.provider),
            authority: Arc::clone(authority),
            seen: Mutex::default(),
        });
        let config = ClientConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_safe_default_protocol_versions()
            .map_err(|_| unreachable("cannot be greeted"))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::clone(&noted) as Arc<dyn ServerCertVerifier>)
            .with_no_client_auth();
        let greeted = async {
            let stream = TcpStream::connect(address).await.ok()?;
            let connector = TlsConnector::from(Arc::new(config));
            connector.connect(name, stream).await.ok()
        };
        let greeted = tokio::time::timeout(TIMEOUT / 2, greeted).await;
        // The certificate of one that breaks off later, because it wants one of us, is not proven to be its own.
        if !matches!(greeted, Ok(Some(_))) {
            return Err(unreachable(
                "does not complete a TLS handshake; allow Assay's pods to reach it",
            ));
        }
        let old_tls = tokio::time::timeout(TIMEOUT / 2, old_tls::is_taken(address)).await;
        let seen = noted.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((certificate, trust)) = seen.clone() else {
            return Err(Blind::new(
                Reason::Unparseable,
                format!("the certificate of the server at {address} cannot be read"),
            ));
        };
        Ok(Handshake {
            address: address.into(),
            backdated: self.authority_since.contains(&certificate.not_before),
            certificate,
            trust,
            old_tls: old_tls.ok().flatten(),
        })
    }
}

/// Notes what is shown and lets it pass.
#[derive(Debug)]
struct Noted {
    provider: Arc<CryptoProvider>,
    authority: Arc<WebPkiServerVerifier>,
    seen: Mutex<Option<(Certificate, Trust)>>,
}

impl ServerCertVerifier for Noted {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if let Some(certificate) = Certificate::read(end_entity) {
            // Whether it has expired is judged apart: the authority is asked about an instant at which it had not.
            let seconds = |time: DateTime<Utc>| u64::try_from(time.timestamp()).unwrap_or(0);
            let from = seconds(certificate.not_before);
            let until = seconds(certificate.not_after).max(from);
            let at =
                UnixTime::since_unix_epoch(Duration::from_secs(now.as_secs().clamp(from, until)));
            let answer =
                self.authority
                    .verify_server_cert(end_entity, intermediates, server_name, &[], at);
            let trust = match answer {
                Ok(_) => Trust::Vouched,
                Err(Error::InvalidCertificate(
                    CertificateError::NotValidForName
                    | CertificateError::NotValidForNameContext { .. },
                )) => Trust::OtherName,
                Err(_) => Trust::Foreign,
            };
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            *seen = Some((certificate, trust));
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, cert, dss, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, cert, dss, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

/// Greets kubelets.
pub(crate) struct KubeletHandshakes {
    greeter: Greeter,
}

impl KubeletHandshakes {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            greeter: Greeter::new(config),
        }
    }
}

impl EachCollector for KubeletHandshakes {
    type Of = Kubelet;
    const SOURCE: EvidenceKind = EvidenceKind::KubeletTls;
    const INTERVAL: Duration = Duration::from_mins(5);

    async fn collect(&self, kubelet: &Kubelet) -> Result<Fact, Blind> {
        let address = kubelet.address()?;
        let name = server_name(address)?;
        let at = host_port(address, kubelet.port.into());
        self.greeter.greet(&at, name).await.map(Fact::KubeletTls)
    }
}

/// Greets API servers.
pub(crate) struct ApiServerHandshakes {
    client: Client,
    /// `host:port` that we use ourselves, and the name it is asked for.
    own: (String, String),
    greeter: Greeter,
}

impl ApiServerHandshakes {
    pub(crate) fn new(client: Client, config: &Config) -> Self {
        let url = &config.cluster_url;
        let host = url.host().unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let port = url.port_u16().unwrap_or(443);
        let name = config.tls_server_name.as_deref().unwrap_or(host);
        Self {
            client,
            own: (host_port(host, port.into()), name.to_owned()),
            greeter: Greeter::new(config),
        }
    }
}

impl Collector for ApiServerHandshakes {
    const SOURCE: EvidenceKind = EvidenceKind::ApiServerTls;
    const INTERVAL: Duration = Duration::from_mins(5);

    async fn collect(&self) -> Result<Fact, Blind> {
        // Every API server's certificate names the service; not every one names its address.
        let question = |address: String| async move {
            let name = server_name("kubernetes.default.svc")?;
            self.greeter.greet(&address, name).await
        };
        let (address, name) = &self.own;
        let own = async { self.greeter.greet(address, server_name(name)?).await };
        let (endpoints, silent) = ask_openly(&self.client, question, own).await?;
        Ok(Fact::ApiServerTls(ApiServerTls { endpoints, silent }))
    }
}

/// The name, or the address, that a certificate must be for.
fn server_name(name: &str) -> Result<ServerName<'static>, Blind> {
    if let Ok(address) = name.parse::<IpAddr>() {
        return Ok(ServerName::IpAddress(address.into()));
    }
    ServerName::try_from(name.to_owned()).map_err(|_| {
        Blind::new(
            Reason::Unreachable,
            format!("{name} is neither an address nor a name that a certificate could be for"),
        )
    })
}
