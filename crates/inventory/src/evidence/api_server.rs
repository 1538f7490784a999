//! What API servers tell of themselves: their flags, and what they count.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

use crate::decode::parse;
use crate::view::{Flag, Flags, Text};
use crate::{Blind, DecodeError};

/// The effective flags of each API server, as `/flagz` tells them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiServerFlags {
    /// `gitVersion` of `/version`; empty where it did not answer.
    pub version: Text,
    /// One entry an endpoint that told, by address.
    pub endpoints: Vec<EndpointFlags>,
    /// Endpoints that told nothing.
    pub silent: Vec<SilentEndpoint>,
}

/// Flags of one API server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointFlags {
    /// `host:port`
    pub address: Text,
    /// Its flags, defaults included.
    pub flags: Flags,
}

/// An endpoint that was asked and told nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SilentEndpoint {
    /// `host:port`, or words where nobody lists it.
    pub address: Text,
    /// Why, and the way out.
    pub why: Blind,
}

#[derive(Deserialize)]
struct RawFlagz {
    flags: BTreeMap<Text, Text>,
}

impl EndpointFlags {
    /// Reads what `/flagz` answers in its structured form.
    ///
    /// # Errors
    /// [`DecodeError`] if these are not the flags of an API server.
    pub fn read(address: &str, flagz: &str) -> Result<Self, DecodeError> {
        let raw: RawFlagz = parse(flagz)?;
        let first = Flag::AuthorizationMode.name();
        if !raw.flags.contains_key(first) {
            return Err(DecodeError {
                field: format!("flags.{first}"),
                reason: "is missing".to_owned(),
            });
        }
        let pairs = raw.flags.iter();
        Ok(Self {
            address: address.into(),
            flags: Flags::told(pairs.map(|(name, value)| (name.as_ref(), value.as_ref()))),
        })
    }
}

/// What each API server counts, as far as checks read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiServerMetrics {
    /// One entry an endpoint that told, by address.
    pub endpoints: Vec<EndpointMetrics>,
    /// Endpoints that told nothing.
    pub silent: Vec<SilentEndpoint>,
}

/// Metrics of one API server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointMetrics {
    /// `host:port`
    pub address: Text,
    /// Whether its process had run for ten minutes when it was asked: what a young one has not counted proves nothing.
    pub settled: bool,
    /// What it told.
    pub metrics: Metrics,
}

/// The metrics of one API server that checks read. `None` is a series that it does not have.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each tells whether a series is there"
)]
pub struct Metrics {
    /// Whether any audit event was generated since it started: `apiserver_audit_event_total`.
    pub audit_events: Option<bool>,
    /// Whether audit events were lost on the way: `apiserver_audit_error_total`, by the plugin that lost them.
    pub audit_errors: BTreeSet<Text>,
    /// Whether requests were refused since they could not be audited: `apiserver_audit_requests_rejected_total`.
    pub audit_rejected: Option<bool>,
    /// By which series a token from a Secret was used: `serviceaccount_legacy_*_token_uses_total`.
    pub legacy_tokens_used: Option<BTreeSet<Text>>,
    /// Whether authenticators come from a file: `apiserver_authentication_config_controller_last_config_info`.
    pub authentication_file: bool,
    /// Whether somebody has signed in by a token of an issuer outside: `apiserver_authentication_jwt_authenticator_latency_seconds`.
    pub issuer_used: bool,
    /// Whether authorizers come from a file: `apiserver_authorization_config_controller_last_config_info`.
    pub authorization_file: bool,
    /// Types of authorizers that have decided: `apiserver_authorization_decisions_total`.
    pub authorizers: BTreeSet<Text>,
    /// Hash of the configuration for encryption at rest that is loaded: `apiserver_encryption_config_controller_last_config_info`.
    pub encryption_file: Option<Text>,
    /// Whether that configuration was changed while the process ran: `apiserver_encryption_config_controller_automatic_reloads_total`,
    /// `…_automatic_reload_success_total` before Kubernetes 1.31.
    pub encryption_reloaded: bool,
    /// How Secrets were written: prefixes of `apiserver_storage_transformation_operations_total`, empty for plain text.
    pub secrets_written: BTreeSet<Text>,
    /// How Secrets were found written when they were read: the same, `identity` for plain text.
    pub secrets_read: BTreeSet<Text>,
    /// Levels of the audit events that were generated: `apiserver_audit_level_total`.
    pub audit_levels: BTreeSet<Text>,
    /// How long client certificates were still good when they were used.
    pub client_certificates: ClientCertificates,
    /// Start of its process, in seconds since 1970: `process_start_time_seconds`.
    pub started: Option<u64>,
}

/// Whether a client certificate was used that was good for 360 days more, the longest time that
/// `apiserver_client_certificate_expiration_seconds` tells apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClientCertificates {
    /// How many were good for less, until the line has come that says how many there were.
    shorter: Option<Text>,
    longer: Option<bool>,
}

impl ClientCertificates {
    /// Whether there was one; `None` if that is not told.
    #[must_use]
    pub fn are_long_lived(&self) -> Option<bool> {
        self.longer
    }

    /// Takes a bucket. Buckets hold what is below their bound, and come in its order.
    fn take(&mut self, bound: &str, count: &str) {
        match bound {
            "3.1104e+07" => self.shorter = Some(count.into()),
            "+Inf" => self.longer = self.shorter.take().map(|shorter| shorter.as_ref() != count),
            _ => {}
        }
    }
}

/// How long an API server has to have run before zero means that something does not happen.
const SETTLED_AFTER: TimeDelta = TimeDelta::minutes(10);

impl EndpointMetrics {
    /// What an endpoint told at that time.
    #[must_use]
    pub fn new(address: &str, metrics: Metrics, at: DateTime<Utc>) -> Self {
        let started = metrics
            .started
            .and_then(|started| i64::try_from(started).ok());
        let started = started.and_then(|started| DateTime::from_timestamp(started, 0));
        Self {
            address: address.into(),
            settled: started.is_some_and(|started| at - started >= SETTLED_AFTER),
            metrics,
        }
    }
}

impl Metrics {
    /// Takes one line of the exposition format; those of no interest are passed over.
    pub fn take(&mut self, line: &str) {
        if line.starts_with('#') {
            return;
        }
        let Some((series, value)) = line.rsplit_once(' ') else {
            return;
        };
        let (name, labels) = series.split_once('{').unwrap_or((series, ""));
        let counted = || value.parse::<f64>().is_ok_and(|value| value > 0.0);
        match name {
            "apiserver_audit_event_total" => any(&mut self.audit_events, counted()),
            "apiserver_audit_requests_rejected_total" => any(&mut self.audit_rejected, counted()),
            "apiserver_audit_error_total" if counted() => {
                self.audit_errors.insert(label(labels, "plugin"));
            }
            "serviceaccount_legacy_manual_token_uses_total"
            | "serviceaccount_legacy_auto_token_uses_total" => {
                let used = self.legacy_tokens_used.get_or_insert_default();
                if counted() {
                    used.insert(name.into());
                }
            }
            "apiserver_authentication_config_controller_last_config_info" => {
                self.authentication_file = true;
            }
            "apiserver_authorization_config_controller_last_config_info" => {
                self.authorization_file = true;
            }
            "apiserver_encryption_config_controller_last_config_info" => {
                self.encryption_file = Some(label(labels, "hash"));
            }
            "apiserver_encryption_config_controller_automatic_reloads_total"
            | "apiserver_encryption_config_controller_automatic_reload_success_total"
                if counted() =>
            {
                self.encryption_reloaded |= label(labels, "status").as_ref() != "failure";
            }
            "apiserver_authentication_jwt_authenticator_latency_seconds_count" if counted() => {
                self.issuer_used |= label(labels, "result").as_ref() == "success";
            }
            "apiserver_authorization_decisions_total" if counted() => {
                self.authorizers.insert(label(labels, "type"));
            }
            "apiserver_storage_transformation_operations_total" if counted() => {
                self.secret_transformed(labels);
            }
            "apiserver_audit_level_total" if counted() => {
                self.audit_levels.insert(label(labels, "level"));
            }
            "apiserver_client_certificate_expiration_seconds_bucket" => {
                self.client_certificates.take(&label(labels, "le"), value);
            }
            "process_start_time_seconds" => {
                let seconds = value.parse().ok();
                let since = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
                self.started = since.map(|since| since.as_secs());
            }
            _ => {}
        }
    }

    fn secret_transformed(&mut self, labels: &str) {
        let is = |name, value| label(labels, name).as_ref() == value;
        if !is("resource", "secrets") || !is("status", "OK") {
            return;
        }
        let prefix = label(labels, "transformer_prefix");
        // Keys inside a transformer are counted as series of their own.
        let encrypted = prefix.starts_with("k8s:enc:");
        if is("transformation_type", "to_storage") && (prefix.is_empty() || encrypted) {
            self.secrets_written.insert(prefix);
        } else if is("transformation_type", "from_storage")
            && (prefix.as_ref() == "identity" || encrypted)
        {
            self.secrets_read.insert(prefix);
        }
    }
}

fn any(seen: &mut Option<bool>, counted: bool) {
    *seen = Some(seen.unwrap_or(false) || counted);
}

/// Value of a label; empty if there is none. Those looked for hold no quotes.
fn label(labels: &str, name: &str) -> Text {
    let mut pairs = labels.split(',');
    let value = pairs.find_map(|pair| {
        let value = pair.trim_end_matches('}').strip_prefix(name)?;
        value.strip_prefix("=\"")?.strip_suffix('"')
    });
    value.unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_of_something_else_are_none() {
        let error = EndpointFlags::read("a:1", r#"{"flags": {"v": "2"}}"#).unwrap_err();
        assert_eq!(error.field, "flags.authorization-mode");
        assert!(EndpointFlags::read("a:1", "<html>").is_err());
    }

    #[test]
    fn metrics_are_kept_by_what_they_mean() {
        let mut metrics = Metrics::default();
        for line in [
            "# HELP apiserver_audit_event_total [ALPHA] Counter",
            "apiserver_audit_event_total 0",
            "apiserver_audit_error_total{plugin=\"log\"} 0",
            "apiserver_audit_error_total{plugin=\"webhook\"} 3",
            "apiserver_authorization_decisions_total{decision=\"allowed\",name=\"rbac\",type=\"RBAC\"} 254",
            "serviceaccount_legacy_manual_token_uses_total 1.2e+01",
            "serviceaccount_legacy_auto_token_uses_total 0",
            "apiserver_storage_transformation_operations_total{resource=\"secrets\",status=\"OK\",transformation_type=\"to_storage\",transformer_prefix=\"k8s:enc:aescbc:v1:\"} 2",
            "apiserver_storage_transformation_operations_total{resource=\"secrets\",status=\"OK\",transformation_type=\"to_storage\",transformer_prefix=\"k1:\"} 2",
            "apiserver_storage_transformation_operations_total{resource=\"secrets\",status=\"OK\",transformation_type=\"from_storage\",transformer_prefix=\"identity\"} 2",
            "apiserver_storage_transformation_operations_total{resource=\"secrets\",status=\"unknown-non-grpc\",transformation_type=\"to_storage\",transformer_prefix=\"k8s:enc:secretbox:v1:\"} 2",
            "apiserver_storage_transformation_operations_total{resource=\"configmaps\",status=\"OK\",transformation_type=\"to_storage\",transformer_prefix=\"\"} 2",
            "apiserver_encryption_config_controller_last_config_info{apiserver_id_hash=\"sha256:1\",hash=\"sha256:2\"} 1",
            "apiserver_audit_level_total{level=\"Metadata\"} 7",
            "apiserver_audit_level_total{level=\"Request\"} 0",
            "apiserver_client_certificate_expiration_seconds_bucket{le=\"1.5552e+07\"} 3",
            "apiserver_client_certificate_expiration_seconds_bucket{le=\"3.1104e+07\"} 3",
            "apiserver_client_certificate_expiration_seconds_bucket{le=\"+Inf\"} 5",
            "process_start_time_seconds 1.7e+09",
            "apiserver_authentication_jwt_authenticator_latency_seconds_count{jwt_issuer_hash=\"sha256:1\",result=\"failure\"} 2",
            "odd",
        ] {
            metrics.take(line);
        }
        assert_eq!(
            metrics,
            Metrics {
                audit_events: Some(false),
                audit_errors: BTreeSet::from(["webhook".into()]),
                legacy_tokens_used: Some(BTreeSet::from([
                    "serviceaccount_legacy_manual_token_uses_total".into(),
                ])),
                authorizers: BTreeSet::from(["RBAC".into()]),
                encryption_file: Some("sha256:2".into()),
                secrets_written: BTreeSet::from(["k8s:enc:aescbc:v1:".into()]),
                secrets_read: BTreeSet::from(["identity".into()]),
                audit_levels: BTreeSet::from(["Metadata".into()]),
                client_certificates: ClientCertificates {
                    shorter: None,
                    longer: Some(true),
                },
                started: Some(1_700_000_000),
                ..Metrics::default()
            }
        );
    }

    #[test]
    fn zero_of_a_young_process_proves_nothing() {
        let told_at = |seconds: i64| {
            let mut metrics = Metrics::default();
            metrics.take("process_start_time_seconds 1.7e+09");
            let at = DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap();
            EndpointMetrics::new("a:1", metrics, at).settled
        };
        assert!(!told_at(599));
        assert!(told_at(600));
        let silent = EndpointMetrics::new("a:1", Metrics::default(), Utc::now());
        assert!(!silent.settled, "it does not say since when it runs");
    }
}
