//! A record with gaps proves nothing about what is missing.

use assay_inventory::{Blind, Reason, Relation};

use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(&[Relation::ApiServerMetrics], Judge::Cluster(judge));

fn judge(cx: &Cx<'_>) -> Judgement {
    let metrics = cx.api_server_metrics(cx.params.max_evidence_age)?;
    let mut blind = metrics.silent.first().map(|silent| silent.why.clone());
    for endpoint in &metrics.endpoints {
        let address = &endpoint.address;
        if let Some(plugin) = endpoint.metrics.audit_errors.first() {
            return Ok(Violation::fail(format!(
                "API server {address}: apiserver_audit_error_total{{plugin=\"{plugin}\"}} is above zero: audit events were lost; see its log for the cause"
            )));
        }
        match endpoint.metrics.audit_rejected {
            Some(true) => {
                return Ok(Violation::fail(format!(
                    "API server {address}: apiserver_audit_requests_rejected_total is above zero: requests were refused since they could not be recorded; see its log for the cause"
                )));
            }
            Some(false) => {}
            None => {
                blind.get_or_insert_with(|| {
                    let message = format!(
                        "the API server at {address} does not count apiserver_audit_requests_rejected_total"
                    );
                    Blind::new(Reason::Unreachable, message)
                });
            }
        }
    }
    blind.map_or(Ok(Outcome::Pass), Err)
}
