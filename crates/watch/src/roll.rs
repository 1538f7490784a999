//! The roll: whom collectors ask one by one, kept up by the watches of their kinds.

use assay_inventory::Delta;

use crate::admission_probe::Tried;
use crate::each::{Each, News};
use crate::nodes::Kubelet;

/// Everyone who is asked for itself.
#[derive(Debug, Clone)]
pub(crate) struct Roll {
    pub(crate) nodes: Each<Kubelet>,
    pub(crate) namespaces: Each<Tried>,
}

/// What a delta says of whoever is on it.
pub(crate) struct RollNews {
    nodes: Option<News<Kubelet>>,
    namespaces: Option<News<Tried>>,
}

impl RollNews {
    /// What there is in a delta.
    pub(crate) fn of(delta: &Delta) -> Self {
        Self {
            nodes: News::of(delta),
            namespaces: News::of(delta),
        }
    }
}

impl Roll {
    /// Nobody.
    pub(crate) fn new() -> Self {
        Self {
            nodes: Each::new(),
            namespaces: Each::new(),
        }
    }

    /// Notes what a watch has said, after it was sent: see [`Each::note`].
    pub(crate) fn note(&self, news: RollNews) {
        self.nodes.note(news.nodes);
        self.namespaces.note(news.namespaces);
    }
}
