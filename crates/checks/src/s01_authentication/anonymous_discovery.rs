//! An API server that lets strangers discover the API has opened more than its health.

use assay_inventory::{EndpointAnswers, Relation};

use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(&[Relation::AnonymousProbe], Judge::Cluster(judge));

fn judge(cx: &Cx<'_>) -> Judgement {
    let probe = cx.anonymous_probe(cx.params.max_evidence_age)?;
    let opened = |endpoint: &&EndpointAnswers| endpoint.api == 200;
    if let Some(endpoint) = probe.endpoints.iter().find(opened) {
        return Ok(Violation::fail(format!(
            "API server {}: GET /api without credentials answers 200; remove system:unauthenticated and system:anonymous from the bindings that grant it (system:discovery, system:basic-user or your own)",
            endpoint.address,
        )));
    }
    // One that did not answer may be the one that is open.
    probe.silent.first().map_or(Ok(Outcome::Pass), |blind| Err(blind.clone()))
}
