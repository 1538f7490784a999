//! Tokens and logins are Secrets: in plain text, a backup of etcd is a bunch of keys.

use crate::control_plane::READS_WITH_METRICS;
use crate::encryption;
use crate::{Judge, Rule};

pub(super) const RULE: Rule = Rule::new(READS_WITH_METRICS, Judge::Cluster(encryption::judge));
