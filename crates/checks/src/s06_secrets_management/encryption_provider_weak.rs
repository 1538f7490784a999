//! A provider that holds against a stolen disk need not hold against more.

use assay_inventory::{Blind, Reason};

use crate::control_plane::READS_WITH_METRICS;
use crate::encryption::{OFF, Writes, configured, writes, written};
use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(READS_WITH_METRICS, Judge::Cluster(judge));

/// Prefixes of providers to leave, and their names.
const WEAK: [(&str, &str); 2] = [("k8s:enc:aescbc:", "aescbc"), ("k8s:enc:kms:v1:", "kms v1")];

fn judge(cx: &Cx<'_>) -> Judgement {
    let flags = configured(cx);
    let metrics = match cx.api_server_metrics(cx.params.max_evidence_age) {
        Ok(metrics) => metrics,
        Err(_) if flags.off => return Ok(OFF),
        Err(blind) => return Err(flags.why(blind)),
    };
    for endpoint in &metrics.endpoints {
        let prefixes = written(endpoint, metrics);
        let used = |prefix: &str| prefixes.iter().any(|written| written.starts_with(prefix));
        if let Some((_, name)) = WEAK.into_iter().find(|(prefix, _)| used(prefix)) {
            return Ok(Violation::fail(format!(
                "API server {}: apiserver_storage_transformation_operations_total counts Secrets written by {name}; name kms (v2) or secretbox first, and write every Secret anew",
                endpoint.address
            )));
        }
    }
    if flags.off {
        return Ok(OFF);
    }
    if let Some(silent) = metrics.silent.first() {
        return Err(flags.why(silent.why.clone()));
    }
    let is = |which| {
        let mut endpoints = metrics.endpoints.iter();
        endpoints.find(|endpoint| writes(endpoint, metrics) == which)
    };
    if let Some(endpoint) = is(Writes::Unseen) {
        let address = &endpoint.address;
        let message = format!("the API server at {address} has written no Secret since it started");
        return Err(flags.why(Blind::new(Reason::Unreachable, message)));
    }
    let encrypts = is(Writes::Encrypted).or(is(Writes::Both)).is_some();
    Ok(if encrypts { Outcome::Pass } else { OFF })
}
