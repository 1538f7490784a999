//! `FLAGZ`: the effective flags of each API server, asked of each endpoint (KEP-4828, on by default since 1.36).

use std::time::Duration;

use assay_inventory::view::Text;
use assay_inventory::{ApiServerFlags, Blind, EndpointFlags, EvidenceKind, Fact, Reason};
use kube::{Client, Config};

use crate::collector::Collector;
use crate::endpoints::{Endpoints, get, unreachable};

/// The structured form; the older version is that of 1.35.
const ACCEPT: &str = "application/json;v=v1beta1;g=config.k8s.io;as=Flagz, application/json;v=v1alpha1;g=config.k8s.io;as=Flagz";
/// Most of an answer that is read.
const LONGEST: usize = 1024 * 1024;

/// Asks API servers for their flags.
pub(crate) struct Flagz {
    client: Client,
    endpoints: Endpoints,
}

impl Flagz {
    pub(crate) fn new(client: Client, config: &Config) -> Self {
        Self {
            client,
            endpoints: Endpoints::new(config),
        }
    }
}

impl Collector for Flagz {
    const SOURCE: EvidenceKind = EvidenceKind::ApiServerFlags;
    const INTERVAL: Duration = Duration::from_mins(1);

    async fn collect(&self) -> Result<Fact, Blind> {
        let version = self.client.apiserver_version().await;
        let (mut endpoints, silent) = self.endpoints.ask(&self.client, flags).await?;
        endpoints.sort_by(|a, b| a.address.cmp(&b.address));
        Ok(Fact::ApiServerFlags(ApiServerFlags {
            version: version.map_or_else(|_| Text::default(), |version| version.git_version.into()),
            endpoints,
            silent,
        }))
    }
}

async fn flags(address: &str, client: Client) -> Result<EndpointFlags, Blind> {
    let answer = get(&client, address, "/flagz", ACCEPT).await?;
    match answer.status().as_u16() {
        200 => {}
        403 => {
            return Err(Blind::new(
                Reason::Forbidden,
                "may not get /flagz of the API server: bind Assay's ServiceAccount to ClusterRole assay-operator-flagz",
            ));
        }
        code => {
            let what = format!(
                "answers {code} to GET /flagz: it tells its flags from Kubernetes 1.36 on, and before with the feature gate ComponentFlagz"
            );
            return Err(unreachable(address, &what));
        }
    }
    let body = http_body_util::Limited::new(answer.into_body(), LONGEST);
    let body = http_body_util::BodyExt::collect(body)
        .await
        .map_err(|_| unreachable(address, "does not finish its answer to GET /flagz"))?
        .to_bytes();
    let text = std::str::from_utf8(&body).unwrap_or_default();
    EndpointFlags::read(address, text).map_err(|error| {
        Blind::new(
            Reason::Unparseable,
            format!("the flags that the API server at {address} tells cannot be read: {error}"),
        )
    })
}
