//! `METRIC`: what each API server counts, read line by line: there are megabytes of it, and little is kept.

use std::time::Duration;

use assay_inventory::{
    ApiServerMetrics, Blind, EndpointMetrics, EvidenceKind, Fact, Metrics, Reason,
};
use chrono::Utc;
use http_body_util::BodyExt;
use kube::{Client, Config};

use crate::collector::Collector;
use crate::endpoints::{Endpoints, get, unreachable};

/// Most of an answer that is read: a large cluster's is some ten megabytes.
const LONGEST: usize = 256 * 1024 * 1024;
/// Longest line that is taken for one.
const LONGEST_LINE: usize = 64 * 1024;

/// Asks API servers for their metrics.
pub(crate) struct MetricsEndpoints {
    client: Client,
    endpoints: Endpoints,
}

impl MetricsEndpoints {
    pub(crate) fn new(client: Client, config: &Config) -> Self {
        Self {
            client,
            endpoints: Endpoints::new(config),
        }
    }
}

impl Collector for MetricsEndpoints {
    const SOURCE: EvidenceKind = EvidenceKind::ApiServerMetrics;
    const INTERVAL: Duration = Duration::from_mins(1);

    async fn collect(&self) -> Result<Fact, Blind> {
        let (mut endpoints, silent) = self.endpoints.ask(&self.client, metrics).await?;
        endpoints.sort_by(|a, b| a.address.cmp(&b.address));
        Ok(Fact::ApiServerMetrics(ApiServerMetrics {
            endpoints,
            silent,
        }))
    }
}

async fn metrics(address: &str, client: Client) -> Result<EndpointMetrics, Blind> {
    let answer = get(&client, address, "/metrics", "text/plain").await?;
    match answer.status().as_u16() {
        200 => {}
        403 => {
            return Err(Blind::new(
                Reason::Forbidden,
                "may not get /metrics of the API server: bind Assay's ServiceAccount to ClusterRole assay-operator-metrics",
            ));
        }
        code => {
            let what = format!("answers {code} to GET /metrics");
            return Err(unreachable(address, &what));
        }
    }
    let unfinished = || unreachable(address, "does not finish its answer to GET /metrics");
    let mut body = http_body_util::Limited::new(answer.into_body(), LONGEST);
    let mut lines = Lines::default();
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame.map_err(|_| unfinished())?.into_data() {
            lines.take(&data);
        }
    }
    Ok(EndpointMetrics::new(address, lines.metrics, Utc::now()))
}

/// Puts lines together from the pieces in which they come.
#[derive(Default)]
struct Lines {
    metrics: Metrics,
    begun: Vec<u8>,
}

impl Lines {
    fn take(&mut self, data: &[u8]) {
        for piece in data.split_inclusive(|byte| *byte == b'\n') {
            if self.begun.len() + piece.len() <= LONGEST_LINE {
                self.begun.extend_from_slice(piece);
            }
            if piece.ends_with(b"\n") {
                if let Ok(line) = std::str::from_utf8(&self.begun) {
                    self.metrics.take(line.trim_end());
                }
                self.begun.clear();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_whole_however_they_come() {
        let text =
            b"# TYPE x\napiserver_audit_event_total 5\napiserver_audit_requests_rejected_total 0\n";
        for size in [1, 7, text.len()] {
            let mut lines = Lines::default();
            for piece in text.chunks(size) {
                lines.take(piece);
            }
            assert_eq!(lines.metrics.audit_events, Some(true), "{size}");
            assert_eq!(lines.metrics.audit_rejected, Some(false), "{size}");
        }
    }
}
