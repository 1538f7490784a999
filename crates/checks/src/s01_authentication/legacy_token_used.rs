//! A token from a Secret that is in use is one that cannot run out.

use assay_inventory::{Blind, Reason, Relation};

use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(&[Relation::ApiServerMetrics], Judge::Cluster(judge));

fn judge(cx: &Cx<'_>) -> Judgement {
    let metrics = cx.api_server_metrics(cx.params.max_evidence_age)?;
    let mut blind = metrics.silent.first().map(|silent| silent.why.clone());
    for endpoint in &metrics.endpoints {
        let address = &endpoint.address;
        let Some(used) = &endpoint.metrics.legacy_tokens_used else {
            blind.get_or_insert_with(|| {
                let message = format!(
                    "the API server at {address} does not count serviceaccount_legacy_manual_token_uses_total"
                );
                Blind::new(Reason::Unreachable, message)
            });
            continue;
        };
        if let Some(series) = used.first() {
            return Ok(Violation::fail(format!(
                "API server {address}: {series} is above zero: a token from a Secret was used; replace it by one that expires, and delete the Secret"
            )));
        }
        if !endpoint.settled {
            blind.get_or_insert_with(|| {
                let message = format!("the API server at {address} has not run for ten minutes yet");
                Blind::new(Reason::FirstPass, message)
            });
        }
    }
    blind.map_or(Ok(Outcome::Pass), Err)
}
