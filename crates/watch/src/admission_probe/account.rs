//! The account that tries pods, and the only way to act as it: a dry run.

use std::sync::Arc;
use std::time::Duration;

use assay_inventory::{Blind, Reason};
use k8s_openapi::api::authentication::v1::{TokenRequest, TokenRequestSpec};
use k8s_openapi::api::core::v1::ServiceAccount;
use kube::api::PostParams;
use kube::client::Body;
use kube::config::AuthInfo;
use kube::{Api, Client, Config};
use serde_json::Value;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// Its name, and that of the roles that give it its right.
pub(super) const NAME: &str = "assay-admission-probe";
/// How long a token of it is good: the least that the API server gives.
const LIFE: Duration = Duration::from_mins(10);
/// How long one is used.
const USE: Duration = Duration::from_mins(5);
/// Longest that the API server may say nothing. It waits 10 s for a webhook that names no other time.
const TIMEOUT: Duration = Duration::from_secs(15);
/// Most of an answer that is read.
const LONGEST: usize = 1024 * 1024;

/// The account, as whom the operator acts with tokens that are good for minutes.
pub(super) struct Account {
    /// The operator's own.
    client: Client,
    /// The connection, without credentials.
    config: Config,
    /// The namespace it lives in.
    home: String,
    minted: Mutex<Option<(Arc<DryRuns>, Instant)>>,
}

impl Account {
    pub(super) fn new(client: Client, config: &Config, home: String) -> Self {
        let mut config = config.clone();
        config.auth_info = AuthInfo::default();
        config.connect_timeout = Some(TIMEOUT);
        config.read_timeout = Some(TIMEOUT);
        Self {
            client,
            config,
            home,
            minted: Mutex::new(None),
        }
    }

    /// A way to try pods.
    pub(super) async fn dry_runs(&self) -> Result<Arc<DryRuns>, Blind> {
        let mut minted = self.minted.lock().await;
        if let Some((dry_runs, at)) = &*minted
            && at.elapsed() < USE
        {
            return Ok(Arc::clone(dry_runs));
        }
        let at = Instant::now();
        let mut config = self.config.clone();
        config.auth_info.token = Some(self.mint().await?.into());
        let client = Client::try_from(config).map_err(|_| {
            Blind::new(
                Reason::Unreachable,
                "no pods can be tried: no client can be built",
            )
        })?;
        let dry_runs = Arc::new(DryRuns {
            client,
            home: self.home.clone(),
        });
        *minted = Some((Arc::clone(&dry_runs), at));
        Ok(dry_runs)
    }

    async fn mint(&self) -> Result<String, Blind> {
        let accounts: Api<ServiceAccount> = Api::namespaced(self.client.clone(), &self.home);
        let request = TokenRequest {
            spec: TokenRequestSpec {
                expiration_seconds: i64::try_from(LIFE.as_secs()).ok(),
                ..TokenRequestSpec::default()
            },
            ..TokenRequest::default()
        };
        let params = PostParams::default();
        let answer = accounts.create_token_request(NAME, &params, &request).await;
        let home = &self.home;
        let answer = answer.map_err(|error| match error {
            kube::Error::Api(status) if status.code == 403 => Blind::new(
                Reason::Forbidden,
                format!("may not create serviceaccounts/token of {NAME} in namespace {home}: bind Assay's ServiceAccount to Role assay-operator-admission-probe there (deploy/admission-probe)"),
            ),
            kube::Error::Api(status) if status.code == 404 => Blind::new(
                Reason::Forbidden,
                format!("there is no ServiceAccount {home}/{NAME} to try pods as: apply deploy/admission-probe"),
            ),
            _ => Blind::new(
                Reason::Unreachable,
                format!("the API server gives no token of ServiceAccount {home}/{NAME}"),
            ),
        })?;
        answer.status.map(|status| status.token).ok_or_else(|| {
            Blind::new(
                Reason::Unparseable,
                format!(
                    "the API server gives a token of ServiceAccount {home}/{NAME} that is none"
                ),
            )
        })
    }
}

/// What can be done as the account: to try, and nothing else. The client that holds its token stays in here.
pub(super) struct DryRuns {
    client: Client,
    home: String,
}

impl DryRuns {
    /// Tries to create a pod; the answer, and its HTTP status.
    pub(super) async fn create(
        &self,
        namespace: &str,
        pod: &Value,
    ) -> Result<(u16, String), Blind> {
        let unreachable = |what: &str| {
            let message =
                format!("the API server {what} when pods are tried in Namespace {namespace}");
            Blind::new(Reason::Unreachable, message)
        };
        let request = dry_run(namespace, pod).map_err(|_| unreachable("cannot be asked"))?;
        let answer = self.client.send(request).await;
        let answer = answer.map_err(|_| unreachable("does not answer"))?;
        let code = answer.status().as_u16();
        let body = http_body_util::Limited::new(answer.into_body(), LONGEST);
        let body = http_body_util::BodyExt::collect(body).await;
        let body = body
            .map_err(|_| unreachable("does not finish its answer"))?
            .to_bytes();
        Ok((code, String::from_utf8_lossy(&body).into_owned()))
    }

    /// What to say where a right is missing.
    pub(super) fn may_not(&self, namespace: &str, missing: &str) -> Blind {
        let home = &self.home;
        Blind::new(
            Reason::Forbidden,
            format!(
                "{missing} in Namespace {namespace} as ServiceAccount {home}/{NAME}: apply its Role and RoleBinding there (deploy/admission-probe/namespace)"
            ),
        )
    }
}

/// The one request that is ever sent as the account.
fn dry_run(namespace: &str, pod: &Value) -> http::Result<http::Request<Body>> {
    http::Request::post(format!(
        "/api/v1/namespaces/{namespace}/pods?dryRun=All&fieldManager={NAME}"
    ))
    .header(http::header::CONTENT_TYPE, "application/json")
    .body(Body::from(pod.to_string().into_bytes()))
}

#[cfg(test)]
mod tests {
    use assay_inventory::Flaw;

    use super::*;
    use crate::admission_probe::pods;

    #[test]
    fn all_that_is_sent_is_a_dry_run() {
        for flaw in Flaw::ALL.into_iter().map(Some).chain([None]) {
            let request = dry_run("shop", &pods::pod("p", flaw)).unwrap();
            assert_eq!(request.method(), http::Method::POST);
            assert_eq!(request.uri().path(), "/api/v1/namespaces/shop/pods");
            let query = request.uri().query().unwrap_or_default();
            assert!(query.split('&').any(|pair| pair == "dryRun=All"), "{query}");
        }
    }
}
