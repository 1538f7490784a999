//! The connection to the API server: kube's own stack, but for what each connection keeps ready to read into.
//!
//! hyper lets that buffer grow to what arrives at once, up to 400 KiB, and never shrinks it. Each watch is a connection that
//! begins with a whole list and lives as long as the operator: together they would keep 5 MiB for nothing.

use hyper_timeout::TimeoutConnector;
use hyper_util::client::legacy;
use hyper_util::rt::TokioExecutor;
use kube::client::{Body, ClientBuilder, ConfigExt};
use kube::{Client, Config};
use tower::util::MapResponseLayer;
use tower::{BoxError, ServiceBuilder};

use crate::warnings::Warnings;

/// Most that a connection reads at once, in bytes.
const READ_AT_ONCE: usize = 64 * 1024;

/// A client of this configuration, which logs what the API server warns of.
///
/// # Errors
/// If its certificates or credentials cannot be used.
pub fn client(config: Config) -> kube::Result<Client> {
    let warnings = Warnings::default();
    // A proxy takes connectors of its own.
    if config.proxy_url.is_some() {
        let heed = MapResponseLayer::new(move |answer| warnings.heed(answer));
        return Ok(ClientBuilder::try_from(config)?.with_layer(&heed).build());
    }
    let mut connector = TimeoutConnector::new(config.rustls_https_connector()?);
    connector.set_connect_timeout(config.connect_timeout);
    connector.set_read_timeout(config.read_timeout);
    connector.set_write_timeout(config.write_timeout);
    let http: legacy::Client<_, Body> = legacy::Client::builder(TokioExecutor::new())
        .http1_max_buf_size(READ_AT_ONCE)
        .build(connector);
    let service = ServiceBuilder::new()
        .map_response(move |answer| warnings.heed(answer))
        .layer(config.base_uri_layer())
        .option_layer(config.auth_layer()?)
        .layer(config.extra_headers_layer()?)
        .map_err(BoxError::from)
        .service(http);
    Ok(Client::new(service, config.default_namespace))
}
