//! What the operator is told when it starts.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Parser;

/// Watches a cluster and keeps its compliance reports true.
#[derive(Parser, Debug, Clone)]
#[command(name = "assay-operator", version)]
pub(crate) struct Args {
    /// Namespace of the operator: its Lease, and the findings on cluster-scoped objects, are there.
    #[arg(long, env = "POD_NAMESPACE", default_value = "assay-system")]
    pub(crate) namespace: String,
    /// Name by which it holds the Lease; unique among replicas.
    #[arg(long, env = "POD_NAME")]
    pub(crate) identity: Option<String>,
    /// Address of /healthz, /readyz and /metrics; port 8080 of all addresses, IPv6 and IPv4, unless given.
    #[arg(long)]
    pub(crate) listen: Option<SocketAddr>,
    /// Kubeconfig to use instead of the pod's own `ServiceAccount`.
    #[arg(long)]
    pub(crate) kubeconfig: Option<PathBuf>,
    /// Log filter, as `tracing` writes them: `info`, `assay_watch=debug` …
    #[arg(long, env = "ASSAY_LOG", default_value = "info")]
    pub(crate) log: String,
}
