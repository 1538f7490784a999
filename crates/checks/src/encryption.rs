//! Encryption of what etcd keeps: what 1.4 and 6.1 judge of it.
//!
//! A flag tells that there is a configuration, and not what is first in it. That shows in what the API server counts: each Secret
//! it writes, by how it was written.

use std::collections::BTreeSet;

use assay_inventory::view::{Flag, Text};
use assay_inventory::{ApiServerMetrics, Blind, EndpointMetrics, Reason};

use crate::control_plane::{instances, wrong};
use crate::{Cx, Judgement, Outcome, Violation};

/// Why it is not asked how Secrets are encrypted where it is known that they are not.
pub(crate) const OFF: Outcome =
    Outcome::NotApplicable("Secrets are not encrypted: see secrets-in-plain-text");

/// How an API server writes Secrets, as far as that shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Writes {
    /// All that were written are in plain text.
    Plain,
    /// All that were written are encrypted.
    Encrypted,
    /// Some are, some are not: its configuration was changed while it ran.
    Both,
    /// None was written.
    Unseen,
}

impl Writes {
    fn by(written: &BTreeSet<Text>) -> Self {
        let plain = written.iter().any(|prefix| prefix.is_empty());
        let encrypted = written.iter().any(|prefix| !prefix.is_empty());
        match (plain, encrypted) {
            (true, true) => Self::Both,
            (true, false) => Self::Plain,
            (false, true) => Self::Encrypted,
            (false, false) => Self::Unseen,
        }
    }
}

/// The prefixes by which an API server shows how it writes Secrets: its own, or those of one that has the same configuration since
/// it started.
pub(crate) fn written<'a>(
    endpoint: &'a EndpointMetrics,
    metrics: &'a ApiServerMetrics,
) -> &'a BTreeSet<Text> {
    let own = &endpoint.metrics;
    let alike = |other: &&EndpointMetrics| {
        let other = &other.metrics;
        !other.encryption_reloaded
            && other.encryption_file.is_some()
            && other.encryption_file == own.encryption_file
            && !other.secrets_written.is_empty()
    };
    if own.secrets_written.is_empty()
        && let Some(other) = metrics.endpoints.iter().find(alike)
    {
        return &other.metrics.secrets_written;
    }
    &own.secrets_written
}

/// How an API server writes Secrets.
pub(crate) fn writes(endpoint: &EndpointMetrics, metrics: &ApiServerMetrics) -> Writes {
    Writes::by(written(endpoint, metrics))
}

/// What flags tell of encryption.
pub(crate) struct Configured {
    /// Whether some API server is known to have no configuration.
    pub(crate) off: bool,
    untold: Option<Blind>,
}

impl Configured {
    /// Why nothing is known: of flags and what is counted, the reason that can be done something about.
    pub(crate) fn why(self, blind: Blind) -> Blind {
        let graver = self.untold.filter(|untold| untold.reason < blind.reason);
        graver.unwrap_or(blind)
    }
}

/// What flags tell of encryption.
pub(crate) fn configured(cx: &Cx<'_>) -> Configured {
    let told = cx.api_servers(cx.params.max_evidence_age);
    let mut instances = told.instances.iter();
    Configured {
        off: instances.any(|instance| !instance.flags.is_set(Flag::EncryptionProviderConfig)),
        untold: told.untold,
    }
}

/// Whether every API server writes Secrets encrypted.
pub(crate) fn judge(cx: &Cx<'_>) -> Judgement {
    let age = cx.params.max_evidence_age;
    let fix = "give it a configuration whose first provider for secrets is kms (v2) or secretbox, and write every Secret anew";
    let by_flags = instances(
        cx.api_servers(age),
        "encryption of what etcd keeps",
        fix,
        |flags| {
            let configured = flags.is_set(Flag::EncryptionProviderConfig);
            (!configured).then(|| wrong(flags, Flag::EncryptionProviderConfig))
        },
    );
    if matches!(by_flags, Ok(Outcome::Fail(_))) {
        return by_flags;
    }
    let metrics = match cx.api_server_metrics(age) {
        Ok(metrics) => metrics,
        Err(blind) => return by_flags.and(Err(blind)),
    };
    let mut unseen = metrics.silent.first().map(|silent| silent.why.clone());
    for endpoint in &metrics.endpoints {
        let why = match writes(endpoint, metrics) {
            Writes::Plain => {
                return Ok(Violation::fail(format!(
                    "API server {}: apiserver_storage_transformation_operations_total counts Secrets written in plain text: its encryption configuration names identity first; name kms (v2) or secretbox first, and write every Secret anew",
                    endpoint.address
                )));
            }
            Writes::Encrypted => continue,
            Writes::Both => {
                "has written Secrets in plain text and encrypted since it started; start it anew, and write every Secret anew"
            }
            Writes::Unseen => {
                "has written no Secret since it started, by which it would show what its encryption configuration names first; write one (if that is not counted either, the configuration leaves secrets out)"
            }
        };
        unseen.get_or_insert_with(|| {
            let message = format!("the API server at {} {why}", endpoint.address);
            Blind::new(Reason::Unreachable, message)
        });
    }
    match unseen {
        // Whoever hides the flags has to say so: nothing here can be asked for.
        Some(blind) => by_flags.and(Err(blind)),
        None if metrics.endpoints.is_empty() => by_flags,
        None => Ok(Outcome::Pass),
    }
}
