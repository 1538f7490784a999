//! The API server's endpoints: at which addresses it listens, and how each is asked for itself.

use std::time::Duration;

use assay_inventory::{Blind, Reason, SilentEndpoint};
use futures::future::join_all;
use k8s_openapi::api::discovery::v1::EndpointSlice;
use kube::api::ListParams;
use kube::client::Body;
use kube::{Api, Client, Config};

/// Longest an endpoint may take to connect, and to say the next thing.
const TIMEOUT: Duration = Duration::from_secs(10);

/// What is said of whoever would have to be shown credentials, where no certificate is looked at.
pub(crate) const UNVERIFIED: &str = "cannot be told from others without its certificate: name the cluster's authority in the kubeconfig, without insecure-skip-tls-verify";
/// Stands for the address of API servers that nobody lists. No node has it, so that none can speak for them.
const UNLISTED: &str = "an address that is not listed";

/// The endpoints, and the credentials they are asked with.
pub(crate) struct Endpoints {
    /// The connection to an endpoint.
    config: Config,
}

impl Endpoints {
    /// To be asked with the credentials of `config`.
    pub(crate) fn new(config: &Config) -> Self {
        let mut config = config.clone();
        config.connect_timeout = Some(TIMEOUT);
        config.read_timeout = Some(TIMEOUT);
        Self { config }
    }

    /// The address that we use ourselves.
    pub(crate) fn own(&self) -> String {
        let own = self.config.cluster_url.authority();
        own.map(ToString::to_string).unwrap_or_default()
    }

    /// A client for one endpoint.
    pub(crate) fn at(&self, address: &str) -> Result<Client, Blind> {
        let unreachable = |what| Err(unreachable(address, what));
        let mut config = self.config.clone();
        if self.own() != address {
            // Anyone might be listed as an endpoint: credentials are shown to nobody whose certificate is not looked at.
            if config.accept_invalid_certs {
                return unreachable(UNVERIFIED);
            }
            // Every API server's certificate names the service; not every one names its address.
            config.tls_server_name = Some("kubernetes.default.svc".to_owned());
            let Ok(url) = format!("https://{address}").parse() else {
                return unreachable("has an address that is no URL");
            };
            config.cluster_url = url;
        }
        Client::try_from(config).or_else(|_| unreachable("cannot be asked: no client"))
    }

    /// One round: every endpoint asked at once. Where the cluster lists none, or none tells, the address that we use
    /// ourselves is asked too: what it tells is true of one of them. Where none is listed, there may be others that tell nothing.
    pub(crate) async fn ask<T>(
        &self,
        client: &Client,
        question: impl AsyncFn(&str, Client) -> Result<T, Blind>,
    ) -> Result<(Vec<T>, Vec<SilentEndpoint>), Blind> {
        let silent_at = |address: &str, why| SilentEndpoint {
            address: address.into(),
            why,
        };
        let one = async |address: String| {
            let answer = match self.at(&address) {
                Ok(client) => question(&address, client).await,
                Err(blind) => Err(blind),
            };
            answer.map_err(|why| silent_at(&address, why))
        };
        let (listed, mut told, mut silent) = ask_listed(client, one).await?;
        let own = self.own();
        if told.is_empty() && !listed.contains(&own) {
            match question(&own, self.at(&own)?).await {
                Ok(answer) => told.push(answer),
                Err(why) if listed.is_empty() => silent.push(silent_at(&own, why)),
                // Of what is listed, each has said for itself why it is silent.
                Err(_) => {}
            }
        }
        if listed.is_empty() {
            silent.push(silent_at(UNLISTED, unlisted()));
        }
        Ok((told, silent))
    }
}

/// One round in which nobody is shown credentials: every endpoint asked at once. Where the cluster lists none, or one is silent,
/// `own`, the address that we use ourselves, is asked too: what it shows is so, whatever the others show. Where none is listed,
/// there may be others. Whoever is silent takes nothing from what others tell.
pub(crate) async fn ask_openly<T, Answer: Future<Output = Result<T, Blind>>>(
    client: &Client,
    question: impl Fn(String) -> Answer,
    own: impl Future<Output = Result<T, Blind>>,
) -> Result<(Vec<T>, Vec<Blind>), Blind> {
    let (listed, mut told, mut silent) = ask_listed(client, question).await?;
    if told.is_empty() || !silent.is_empty() {
        match own.await {
            Ok(answer) => told.push(answer),
            Err(blind) if told.is_empty() => return Err(blind),
            Err(blind) => silent.push(blind),
        }
    }
    if listed.is_empty() {
        silent.push(unlisted());
    }
    Ok((told, silent))
}

/// Everybody whom the cluster lists, asked at once: who that is, what was told, and why nothing was.
async fn ask_listed<T, E, Answer: Future<Output = Result<T, E>>>(
    client: &Client,
    question: impl Fn(String) -> Answer,
) -> Result<(Vec<String>, Vec<T>, Vec<E>), Blind> {
    let listed = list(client).await?;
    let mut told = Vec::new();
    let mut silent = Vec::new();
    for answer in join_all(listed.iter().cloned().map(question)).await {
        match answer {
            Ok(answer) => told.push(answer),
            Err(why) => silent.push(why),
        }
    }
    Ok((listed, told, silent))
}

/// Why the address that we use ourselves does not speak for all, where the cluster lists no endpoints: behind it may be many.
fn unlisted() -> Blind {
    Blind::new(
        Reason::Unreachable,
        "the cluster lists no endpoints of its API servers, so that whether there are others than the one asked is not known: start each without --endpoint-reconciler-type=none, or list all in an EndpointSlice of Service default/kubernetes",
    )
}

/// `host:port` of every endpoint the cluster lists for its API server.
async fn list(client: &Client) -> Result<Vec<String>, Blind> {
    let slices: Api<EndpointSlice> = Api::namespaced(client.clone(), "default");
    let params = ListParams::default().labels("kubernetes.io/service-name=kubernetes");
    let slices = slices.list(&params).await.map_err(|error| match error {
        kube::Error::Api(status) if status.code == 403 => Blind::new(
            Reason::Forbidden,
            "may not list endpointslices (API group discovery.k8s.io) in namespace default: grant it in Assay's Role there",
        ),
        _ => Blind::new(
            Reason::Unreachable,
            "the API server does not say at which addresses it listens",
        ),
    })?;
    let mut all = Vec::new();
    for slice in slices {
        let ports = slice.ports.unwrap_or_default();
        let port = ports
            .iter()
            .find(|port| port.name.as_deref() == Some("https"))
            .or(ports.first())
            .and_then(|port| port.port)
            .unwrap_or(443);
        let addresses = slice
            .endpoints
            .into_iter()
            .flat_map(|endpoint| endpoint.addresses);
        all.extend(addresses.map(|address| host_port(&address, port)));
    }
    all.sort();
    all.dedup();
    Ok(all)
}

/// The answer to a GET.
pub(crate) async fn get(
    client: &Client,
    address: &str,
    path: &str,
    accept: &str,
) -> Result<http::Response<Body>, Blind> {
    let request = http::Request::get(path)
        .header(http::header::ACCEPT, accept)
        .body(Body::empty())
        .map_err(|_| unreachable(address, "cannot be asked"))?;
    client
        .send(request)
        .await
        .map_err(|_| unreachable(address, "does not answer; allow Assay's pods to reach it"))
}

/// What is missing of an endpoint.
pub(crate) fn unreachable(address: &str, what: &str) -> Blind {
    let message = format!("the API server at {address} {what}");
    Blind::new(Reason::Unreachable, message)
}

/// An address that can be dialled.
pub(crate) fn host_port(address: &str, port: i32) -> String {
    if address.contains(':') {
        format!("[{address}]:{port}")
    } else {
        format!("{address}:{port}")
    }
}

#[cfg(test)]
mod tests {
    use std::future::ready;

    use http::header::CONTENT_TYPE;
    use serde_json::{Value, json};

    use super::*;

    /// A slice that lists these addresses of API servers.
    fn slice(addresses: &[&str]) -> Value {
        json!({"metadata": {"name": "kubernetes"}, "addressType": "IPv4",
            "ports": [{"name": "https", "port": 6443}], "endpoints": [{"addresses": addresses}]})
    }

    /// A client of a cluster that lists these slices.
    fn listing(slices: &Value) -> Client {
        let list = json!({"kind": "EndpointSliceList", "apiVersion": "discovery.k8s.io/v1",
            "metadata": {}, "items": slices});
        let text = list.to_string();
        let service = tower::service_fn(move |_: http::Request<Body>| {
            let answer = http::Response::builder()
                .header(CONTENT_TYPE, "application/json")
                .body(Body::from(text.clone().into_bytes()));
            async move { answer }
        });
        Client::new(service, "default")
    }

    /// Who told something, and who was silent, where everybody asked tells.
    async fn asked(slices: &Value) -> (Vec<String>, Vec<SilentEndpoint>) {
        let mut config = Config::new("https://192.0.2.1:6443".parse().unwrap());
        config.root_cert = Some(Vec::new());
        let endpoints = Endpoints::new(&config);
        let client = listing(slices);
        let asked = endpoints.ask(&client, async |address: &str, _: Client| {
            Ok(address.to_owned())
        });
        asked.await.unwrap()
    }

    #[tokio::test]
    async fn one_speaks_for_all_only_where_all_are_listed() {
        let (told, silent) = asked(&json!([])).await;
        assert_eq!(told, ["192.0.2.1:6443"]);
        let why: Vec<&Blind> = silent.iter().map(|silent| &silent.why).collect();
        assert_eq!(why, [&unlisted()]);
        let (told, silent) = asked(&json!([slice(&["192.0.2.9"])])).await;
        assert_eq!(told, ["192.0.2.9:6443"]);
        assert!(silent.is_empty(), "{silent:?}");
    }

    #[tokio::test]
    async fn who_is_silent_takes_nothing_from_what_others_tell() {
        const OWN: &str = "192.0.2.1:6443";
        let silent = |address: &str| unreachable(address, "does not answer");
        let asked = async |listed: &[&str], telling: &[&str]| {
            let client = listing(&json!([slice(listed)]));
            let answer = |address: &str| {
                let tells = telling.contains(&address);
                tells.then(|| address.to_owned()).ok_or(silent(address))
            };
            let question = |address: String| ready(answer(&address));
            ask_openly(&client, question, ready(answer(OWN))).await
        };
        let (one, two) = ("192.0.2.8:6443", "192.0.2.9:6443");
        let both = ["192.0.2.8", "192.0.2.9"];
        for (telling, expected) in [
            (vec![one, two], Ok((vec![one, two], vec![]))),
            (vec![one, OWN], Ok((vec![one, OWN], vec![two]))),
            (vec![one], Ok((vec![one], vec![two, OWN]))),
            (vec![OWN], Ok((vec![OWN], vec![one, two]))),
            (vec![], Err(OWN)),
        ] {
            let owned = |all: Vec<&str>| all.into_iter().map(ToOwned::to_owned).collect::<Vec<_>>();
            let expected = expected
                .map(|(told, mute)| {
                    (
                        owned(told),
                        mute.into_iter().map(silent).collect::<Vec<_>>(),
                    )
                })
                .map_err(silent);
            assert_eq!(asked(&both, &telling).await, expected, "{telling:?}");
        }
        let (told, mute) = asked(&[], &[OWN]).await.unwrap();
        assert_eq!((told, mute), (vec![OWN.to_owned()], vec![unlisted()]));
    }

    #[test]
    fn addresses_of_both_families_are_dialled() {
        assert_eq!(host_port("192.0.2.1", 6443), "192.0.2.1:6443");
        assert_eq!(host_port("2001:db8::1", 6443), "[2001:db8::1]:6443");
    }

    #[test]
    fn credentials_are_shown_to_nobody_whose_certificate_is_not_looked_at() {
        let own = "https://192.0.2.1:6443".parse().unwrap();
        let mut config = Config::new(own);
        config.accept_invalid_certs = true;
        let endpoints = Endpoints { config };
        let refused = endpoints.at("192.0.2.9:6443");
        assert!(refused.is_err_and(|blind| blind.message.contains("certificate")));
    }
}
