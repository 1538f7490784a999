//! `/healthz`, `/readyz` and `/metrics`.

use std::convert::Infallible;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

use anyhow::Context as _;
use chrono::Utc;
use http::{Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use prometheus_client::encoding::{EncodeLabelSet, text::encode};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};
use tokio::net::TcpListener;

/// Longest the loop may be silent before the process counts as hung, in seconds.
const HUNG: i64 = 60;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct SectionLabels {
    pub(crate) profile: String,
    pub(crate) section: String,
    pub(crate) verdict: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct FindingLabels {
    pub(crate) profile: String,
    pub(crate) section: String,
    pub(crate) severity: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct KindLabels {
    pub(crate) kind: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct CollectorLabels {
    pub(crate) profile: String,
    pub(crate) collector: String,
}

/// What the operator tells of itself. Labels are bounded: of objects, profiles alone are named.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    registry: Registry,
    ready: AtomicBool,
    alive: AtomicI64,
    pub(crate) controls: Family<SectionLabels, Gauge>,
    pub(crate) findings: Family<FindingLabels, Gauge>,
    pub(crate) blind: Family<KindLabels, Gauge>,
    pub(crate) failing: Family<CollectorLabels, Gauge>,
    pub(crate) objects: Gauge,
    pub(crate) leader: Gauge,
    deltas: Counter,
    writes: Counter,
    write_errors: Counter,
    written: Counter,
    judged: Gauge<f64, AtomicU64>,
}

impl Metrics {
    /// Metrics, registered.
    pub(crate) fn new() -> Self {
        let mut metrics = Self::default();
        let mut registry = Registry::with_prefix("assay");
        registry.register(
            "controls",
            "Controls by section and verdict",
            metrics.controls.clone(),
        );
        registry.register(
            "findings",
            "Open findings by section and severity",
            metrics.findings.clone(),
        );
        registry.register(
            "kind_blind",
            "1 while a watched kind cannot be seen",
            metrics.blind.clone(),
        );
        registry.register(
            "collector_failing",
            "1 while a source of evidence that the profile wants fails, in part or as a whole",
            metrics.failing.clone(),
        );
        registry.register("objects", "Objects remembered", metrics.objects.clone());
        registry.register(
            "leader",
            "1 while this replica writes: it holds the Lease and has taken over what stands",
            metrics.leader.clone(),
        );
        registry.register("deltas", "Changes followed", metrics.deltas.clone());
        registry.register("writes", "Statuses written", metrics.writes.clone());
        registry.register(
            "write_errors",
            "Writes that failed",
            metrics.write_errors.clone(),
        );
        registry.register_with_unit(
            "written",
            "What was sent to be stored",
            Unit::Bytes,
            metrics.written.clone(),
        );
        registry.register_with_unit(
            "last_judged_timestamp",
            "When all that was heard of until then had been taken in, in Unix time",
            Unit::Seconds,
            metrics.judged.clone(),
        );
        metrics.registry = registry;
        // Until the loop runs there is nothing to be hung: the process waits for its API server.
        metrics.alive.store(i64::MAX, Ordering::Relaxed);
        metrics
    }

    /// The loop went round: so many deltas were followed.
    pub(crate) fn followed(&self, deltas: usize) {
        let now = Utc::now();
        self.alive.store(now.timestamp(), Ordering::Relaxed);
        self.deltas.inc_by(deltas as u64);
        #[expect(
            clippy::cast_precision_loss,
            reason = "milliseconds of this century fit 53 bits"
        )]
        self.judged.set(now.timestamp_millis() as f64 / 1000.0);
    }

    /// The first pass is over: the replica can take over, or has.
    pub(crate) fn set_ready(&self) {
        self.ready.store(true, Ordering::Relaxed);
    }

    pub(crate) fn wrote(&self) {
        self.writes.inc();
    }

    /// So much was sent that may have been stored.
    pub(crate) fn sent(&self, bytes: u64) {
        self.written.inc_by(bytes);
    }

    pub(crate) fn write_failed(&self) {
        self.write_errors.inc();
    }

    /// All of it, as `OpenMetrics` text.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        // Writing into a string cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }

    fn answer(&self, path: &str) -> (StatusCode, &'static str, String) {
        const TEXT: &str = "text/plain; charset=utf-8";
        let verdict = |good: bool, bad: &str| {
            if good {
                (StatusCode::OK, TEXT, "ok\n".to_owned())
            } else {
                (StatusCode::SERVICE_UNAVAILABLE, TEXT, format!("{bad}\n"))
            }
        };
        match path {
            "/healthz" => {
                let silent = Utc::now()
                    .timestamp()
                    .saturating_sub(self.alive.load(Ordering::Relaxed));
                verdict(silent < HUNG, "the loop has not gone round for a minute")
            }
            "/readyz" => verdict(
                self.ready.load(Ordering::Relaxed),
                "the first pass is not over",
            ),
            "/metrics" => (
                StatusCode::OK,
                "application/openmetrics-text; version=1.0.0; charset=utf-8",
                self.text(),
            ),
            _ => (
                StatusCode::NOT_FOUND,
                TEXT,
                "try /healthz, /readyz or /metrics\n".to_owned(),
            ),
        }
    }
}

/// Where it listens unless told otherwise.
const PORT: u16 = 8080;

/// On IPv6 and IPv4 at once, and on IPv4 alone where a node has no IPv6: what a pod is reached by is the cluster's affair.
async fn listen_everywhere(port: u16) -> std::io::Result<TcpListener> {
    let everywhere: [SocketAddr; 2] = [
        (Ipv6Addr::UNSPECIFIED, port).into(),
        (Ipv4Addr::UNSPECIFIED, port).into(),
    ];
    TcpListener::bind(&everywhere[..]).await
}

/// Serves until the process ends.
pub(crate) async fn serve(listen: Option<SocketAddr>, metrics: Arc<Metrics>) -> anyhow::Result<()> {
    let listener = match listen {
        Some(address) => TcpListener::bind(address).await,
        None => listen_everywhere(PORT).await,
    };
    let listener = listener.with_context(|| {
        let place = listen.map_or_else(|| format!("port {PORT}"), |address| address.to_string());
        format!("cannot listen on {place}; give another address with --listen")
    })?;
    tokio::spawn(async move {
        loop {
            let Ok((stream, _)) = listener.accept().await else {
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
                continue;
            };
            let metrics = Arc::clone(&metrics);
            tokio::spawn(async move {
                let service = service_fn(|request: Request<Incoming>| {
                    let (status, content_type, body) = metrics.answer(request.uri().path());
                    let mut response = Response::new(Full::new(Bytes::from(body)));
                    *response.status_mut() = status;
                    let value = header::HeaderValue::from_static(content_type);
                    response.headers_mut().insert(header::CONTENT_TYPE, value);
                    async move { Ok::<_, Infallible>(response) }
                });
                // A client that goes away in the middle is its own business.
                let _ = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service)
                    .await;
            });
        }
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpStream;

    use super::*;

    #[tokio::test]
    async fn both_families_reach_it() {
        let listener = listen_everywhere(0).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut answering = Vec::new();
        for family in ["127.0.0.1", "::1"] {
            // A machine may be without one of them.
            if TcpListener::bind((family, 0)).await.is_ok() {
                answering.push(TcpStream::connect((family, port)).await.is_ok());
            }
        }
        assert!(
            !answering.is_empty() && !answering.contains(&false),
            "{answering:?}"
        );
    }

    #[test]
    fn bytes_are_counted_under_the_name_that_is_documented() {
        let metrics = Metrics::new();
        metrics.sent(7);
        let text = metrics.text();
        let counted = text
            .lines()
            .any(|line| line == "assay_written_bytes_total 7");
        assert!(counted, "{text}");
    }

    #[test]
    fn every_metric_is_documented() {
        let documented = include_str!("../../../docs/operating.md");
        let metrics = Metrics::new();
        // A family tells of itself once it has a member.
        let profile = || "pci".to_owned();
        let section = || "01".to_owned();
        let controls = SectionLabels {
            profile: profile(),
            section: section(),
            verdict: "Met".to_owned(),
        };
        let findings = FindingLabels {
            profile: profile(),
            section: section(),
            severity: "Low".to_owned(),
        };
        let failing = CollectorLabels {
            profile: profile(),
            collector: "kubelet-tls".to_owned(),
        };
        let blind = KindLabels {
            kind: "pods".to_owned(),
        };
        metrics.controls.get_or_create(&controls).set(1);
        metrics.findings.get_or_create(&findings).set(1);
        metrics.failing.get_or_create(&failing).set(1);
        metrics.blind.get_or_create(&blind).set(1);
        let text = metrics.text();
        let types = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
        let mut count = 0;
        for line in types {
            let (name, kind) = line.split_once(' ').unwrap();
            let suffix = if kind == "counter" { "_total" } else { "" };
            assert!(documented.contains(&format!("`{name}{suffix}`")), "{name}");
            count += 1;
        }
        assert_eq!(count, 11);
    }
}
