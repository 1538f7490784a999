//! Nodes: where each kubelet listens.

use std::time::Duration;

use assay_inventory::view::{Node, Object, Text};
use assay_inventory::{Blind, Kind, Reason};

use crate::each::Asked;

/// The port of a kubelet that has not told its own.
const KUBELET_PORT: u16 = 10250;

/// Where a kubelet listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kubelet {
    /// The Node's `InternalIP`; `None` where it has none.
    address: Option<Text>,
    /// Its port.
    pub(crate) port: u16,
    /// Whether the Node is Ready: others are not asked.
    ready: bool,
}

impl Kubelet {
    /// Where to ask it.
    pub(crate) fn address(&self) -> Result<&str, Blind> {
        self.address.as_deref().ok_or_else(|| {
            Blind::new(
                Reason::Unreachable,
                "the Node has no address of type InternalIP to ask its kubelet at",
            )
        })
    }
}

impl From<&Node> for Kubelet {
    fn from(node: &Node) -> Self {
        Self {
            address: node.internal_ip.clone(),
            port: match node.kubelet_port {
                0 => KUBELET_PORT,
                port => port,
            },
            ready: node.ready_since.is_some(),
        }
    }
}

impl Asked for Kubelet {
    const KIND: Kind = Kind::Node;
    const AT_ONCE: usize = 16;
    const TIMEOUT: Duration = Duration::from_secs(10);

    fn of(object: &Object) -> Option<Self> {
        match object {
            Object::Node(node) => Some(node.into()),
            _ => None,
        }
    }

    fn is_ready(&self) -> bool {
        self.ready
    }

    fn silent(&self) -> Blind {
        Blind::new(
            Reason::Unreachable,
            format!(
                "its kubelet does not answer within {} s on port {}; allow Assay's pods to reach it",
                Self::TIMEOUT.as_secs(),
                self.port
            ),
        )
    }
}
