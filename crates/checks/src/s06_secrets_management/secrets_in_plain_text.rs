//! What lies in etcd in plain text is read by whoever gets a backup of it.

use crate::control_plane::READS_WITH_METRICS;
use crate::encryption;
use crate::{Judge, Rule};

pub(super) const RULE: Rule = Rule::new(READS_WITH_METRICS, Judge::Cluster(encryption::judge));
