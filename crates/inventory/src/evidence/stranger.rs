//! How kubelets answer strangers.

use crate::Blind;

/// How one kubelet answers requests without credentials for the pods of its node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KubeletProbe {
    /// HTTP status on the port that its Node tells.
    pub pods: u16,
    /// What is on the read-only port, or why that cannot be told.
    pub read_only: Result<ReadOnlyPort, Blind>,
}

/// What is on a kubelet's read-only port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadOnlyPort {
    /// Nothing: the connection is refused.
    Closed,
    /// Something that answers with this HTTP status.
    Answers(u16),
}
