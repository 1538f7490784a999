//! `CONFIGZ`: each kubelet's effective configuration, asked of the kubelet itself.
//!
//! Through the API server it would take `nodes/proxy`, which is also the right to run commands in every pod of the node. The
//! kubelet grants `/configz` to holders of `nodes/configz` alone (KEP-2862, stable in 1.36).

use std::time::Duration;

use assay_inventory::{Blind, EvidenceKind, Fact, KubeletConfig, Reason};
use kube::client::Body;
use kube::{Client, Config};

use crate::each::EachCollector;
use crate::endpoints::{UNVERIFIED, host_port};
use crate::nodes::Kubelet;

/// Most of an answer that is read.
const LONGEST: usize = 1024 * 1024;

/// Asks kubelets with the credentials of a configuration, if their certificate is of its authority.
pub(crate) struct KubeletConfigs {
    config: Config,
}

impl KubeletConfigs {
    pub(crate) fn new(config: Config) -> Self {
        Self { config }
    }
}

impl EachCollector for KubeletConfigs {
    type Of = Kubelet;
    const SOURCE: EvidenceKind = EvidenceKind::KubeletConfig;
    const INTERVAL: Duration = Duration::from_mins(5);

    async fn collect(&self, kubelet: &Kubelet) -> Result<Fact, Blind> {
        let address = kubelet.address()?;
        let at = host_port(address, kubelet.port.into());
        let unreachable =
            |what: &str| Blind::new(Reason::Unreachable, format!("its kubelet at {at} {what}"));
        // Anyone might listen at a node's address: credentials are shown to nobody whose certificate is not looked at.
        if self.config.accept_invalid_certs {
            return Err(unreachable(UNVERIFIED));
        }
        let mut config = self.config.clone();
        config.tls_server_name = None;
        config.cluster_url = format!("https://{at}")
            .parse()
            .map_err(|_| unreachable("has an address that is no URL"))?;
        let client =
            Client::try_from(config).map_err(|_| unreachable("cannot be asked: no client"))?;
        let request = http::Request::get("/configz")
            .body(Body::empty())
            .map_err(|_| unreachable("cannot be asked"))?;
        let answer = client.send(request).await.map_err(|error| {
            if is_certificate(&error) {
                unreachable(
                    "shows a certificate that is not of the cluster's authority, or not for that address: set serverTLSBootstrap: true in its configuration and approve its certificate requests",
                )
            } else {
                unreachable("does not answer; allow Assay's pods to reach it")
            }
        })?;
        match answer.status().as_u16() {
            200 => {}
            401 => {
                return Err(unreachable(
                    "answers 401 to Assay's token: set authentication.webhook.enabled: true in its configuration",
                ));
            }
            403 => {
                return Err(Blind::new(
                    Reason::Forbidden,
                    "may not get nodes/configz: bind Assay's ServiceAccount to ClusterRole assay-operator-kubelet-config",
                ));
            }
            code => return Err(unreachable(&format!("answers {code} to GET /configz"))),
        }
        let body = http_body_util::Limited::new(answer.into_body(), LONGEST);
        let body = http_body_util::BodyExt::collect(body)
            .await
            .map_err(|_| unreachable("does not finish its answer"))?
            .to_bytes();
        let text = std::str::from_utf8(&body).unwrap_or_default();
        KubeletConfig::read(text)
            .map(Fact::KubeletConfig)
            .map_err(|error| {
                Blind::new(
                    Reason::Unparseable,
                    format!(
                        "the configuration that its kubelet at {at} tells cannot be read: {error}"
                    ),
                )
            })
    }
}

/// Whether a request failed over the other side's certificate.
fn is_certificate(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.to_string().contains("invalid peer certificate") {
            return true;
        }
        cause = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use assay_inventory::{Kind, decode};

    use super::*;
    use crate::each::Asked;

    #[tokio::test]
    async fn credentials_are_shown_to_no_kubelet_whose_certificate_is_not_looked_at() {
        let mut config = Config::new("https://192.0.2.1:6443".parse().unwrap());
        config.accept_invalid_certs = true;
        let node = r#"{"metadata":{"name":"n1"},
            "status":{"addresses":[{"type":"InternalIP","address":"192.0.2.9"}]}}"#;
        let node = decode(Kind::Node, node, &[]).unwrap();
        let kubelet = Kubelet::of(&node).unwrap();
        let refused = KubeletConfigs::new(config).collect(&kubelet).await;
        assert!(refused.is_err_and(|blind| blind.message.contains("without its certificate")));
    }
}
