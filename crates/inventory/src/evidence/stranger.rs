//! How kubelets answer strangers.

use crate::Blind;

/// How one kubelet, and what stands beside it, answers requests without credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KubeletProbe {
    /// HTTP status on the port that its Node tells.
    pub pods: u16,
    /// What is on the read-only port, or why that cannot be told.
    pub read_only: Result<PlainPort, Blind>,
    /// The same of the port at which it tells its health.
    pub health: Result<PlainPort, Blind>,
    /// The same of the port at which kube-proxy tells its metrics.
    pub proxy: Result<PlainPort, Blind>,
}

/// What is on a port of a node that asks nobody who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlainPort {
    /// Nothing: the connection is refused.
    Closed,
    /// Something that answers with this HTTP status.
    Answers(u16),
}
