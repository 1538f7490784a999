//! `ANON`: how each API server endpoint answers a request without credentials.

use std::time::Duration;

use assay_inventory::{AnonymousProbe, Blind, EndpointAnswers, EvidenceKind, Fact, Reason};
use kube::client::Body;
use kube::config::AuthInfo;
use kube::{Client, Config};

use crate::collector::Collector;
use crate::endpoints::ask_openly;

/// Longest an endpoint may take to answer.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(10);

/// What the probe needs: a way to ask strangers' questions, and a way to learn whom to ask.
pub(crate) struct Strangers {
    /// The connection of a stranger: everything but the credentials.
    stranger: Config,
    /// Lists the endpoints of `default/kubernetes`.
    client: Client,
}

impl Strangers {
    /// From the operator's own configuration, its credentials left out.
    pub(crate) fn new(client: Client, config: &Config) -> Self {
        let mut stranger = config.clone();
        stranger.auth_info = AuthInfo::default();
        stranger.connect_timeout = Some(TIMEOUT);
        stranger.read_timeout = Some(TIMEOUT);
        Self { stranger, client }
    }

    /// One round: every endpoint asked for three paths.
    async fn round(&self) -> Result<AnonymousProbe, Blind> {
        let own = self.stranger.cluster_url.authority();
        let own = own.map(ToString::to_string).unwrap_or_default();
        let question = |address: String| async move { self.ask(&address).await };
        let (endpoints, silent) = ask_openly(&self.client, question, self.ask(&own)).await?;
        Ok(AnonymousProbe { endpoints, silent })
    }

    async fn ask(&self, address: &str) -> Result<EndpointAnswers, Blind> {
        let unreachable = |what: &str| {
            Blind::new(
                Reason::Unreachable,
                format!("the API server at {address} {what}; allow Assay's pods to reach it"),
            )
        };
        let mut config = self.stranger.clone();
        let own = config.cluster_url.authority().map(ToString::to_string);
        if own.as_deref() != Some(address) {
            // Every API server's certificate names the service; not every one names its address.
            config.tls_server_name = Some("kubernetes.default.svc".to_owned());
            config.cluster_url = format!("https://{address}")
                .parse()
                .map_err(|_| unreachable("has an address that is no URL"))?;
        }
        let client = Client::try_from(config)
            .map_err(|_| unreachable("cannot be asked without credentials"))?;
        let status = async |path: &str| {
            let request = http::Request::get(path)
                .body(Body::empty())
                .map_err(|_| unreachable("cannot be asked"))?;
            let answer = client
                .send(request)
                .await
                .map_err(|_| unreachable("does not answer"))?;
            Ok(answer.status().as_u16())
        };
        Ok(EndpointAnswers {
            address: address.into(),
            livez: status("/livez").await?,
            version: status("/version").await?,
            api: status("/api").await?,
        })
    }
}

impl Collector for Strangers {
    const SOURCE: EvidenceKind = EvidenceKind::AnonymousProbe;
    const INTERVAL: Duration = Duration::from_mins(1);

    async fn collect(&self) -> Result<Fact, Blind> {
        self.round().await.map(Fact::AnonymousProbe)
    }
}
