//! What cannot be revoked should not outlive the year.

use assay_inventory::{Blind, Reason, Relation};

use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(&[Relation::ApiServerMetrics], Judge::Cluster(judge));

fn judge(cx: &Cx<'_>) -> Judgement {
    let metrics = cx.api_server_metrics(cx.params.max_evidence_age)?;
    let mut blind = metrics.silent.first().map(|silent| silent.why.clone());
    for endpoint in &metrics.endpoints {
        let address = &endpoint.address;
        let why = match endpoint.metrics.client_certificates.are_long_lived() {
            Some(true) => {
                return Ok(Violation::fail(format!(
                    "API server {address}: apiserver_client_certificate_expiration_seconds counts client certificates that were good for 360 days more; have certificates signed for less, and let people sign in otherwise"
                )));
            }
            Some(false) if endpoint.settled => continue,
            Some(false) => (Reason::FirstPass, "has not run for ten minutes yet"),
            None => (
                Reason::Unreachable,
                "does not count apiserver_client_certificate_expiration_seconds",
            ),
        };
        blind.get_or_insert_with(|| {
            let (reason, why) = why;
            Blind::new(reason, format!("the API server at {address} {why}"))
        });
    }
    blind.map_or(Ok(Outcome::Pass), Err)
}
