//! What was written before encryption was on stays as it is.

use assay_inventory::{Blind, Reason};

use crate::control_plane::READS_WITH_METRICS;
use crate::encryption::{OFF, Writes, configured, writes};
use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(READS_WITH_METRICS, Judge::Cluster(judge));

fn judge(cx: &Cx<'_>) -> Judgement {
    let flags = configured(cx);
    let metrics = match cx.api_server_metrics(cx.params.max_evidence_age) {
        Ok(metrics) => metrics,
        Err(_) if flags.off => return Ok(OFF),
        Err(blind) => return Err(flags.why(blind)),
    };
    let mut blind = metrics.silent.first().map(|silent| silent.why.clone());
    let all = &metrics.endpoints;
    let encrypting = || {
        let all = all.iter();
        all.filter(|endpoint| writes(endpoint, metrics) != Writes::Plain)
    };
    if !all.is_empty() && encrypting().next().is_none() {
        return blind.map_or(Ok(OFF), |blind| Err(flags.why(blind)));
    }
    for endpoint in encrypting() {
        let address = &endpoint.address;
        let read = &endpoint.metrics.secrets_read;
        let why = if read.contains("identity") {
            return Ok(Violation::fail(format!(
                "API server {address}: apiserver_storage_transformation_operations_total counts Secrets read in plain text, from before they were encrypted; write every Secret anew, then start it anew"
            )));
        } else if read.is_empty() {
            (Reason::Unreachable, "has read no Secret since it started")
        } else if endpoint.settled {
            continue;
        } else {
            (Reason::FirstPass, "has not run for ten minutes yet")
        };
        blind.get_or_insert_with(|| {
            let (reason, why) = why;
            Blind::new(reason, format!("the API server at {address} {why}"))
        });
    }
    match blind {
        _ if flags.off => Ok(OFF),
        Some(blind) => Err(flags.why(blind)),
        None => Ok(Outcome::Pass),
    }
}
