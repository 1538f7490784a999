//! An API server that takes strangers for `system:anonymous` rests on every binding being right.

use assay_inventory::{EndpointAnswers, Relation};

use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(&[Relation::AnonymousProbe], Judge::Cluster(judge));

fn judge(cx: &Cx<'_>) -> Judgement {
    let probe = cx.anonymous_probe(cx.params.max_evidence_age)?;
    // 401 on /version with 200 on /livez: limited to health paths by the authentication configuration.
    let anonymous = |endpoint: &&EndpointAnswers| endpoint.version != 401 || endpoint.api != 401;
    if let Some(endpoint) = probe.endpoints.iter().find(anonymous) {
        return Ok(Violation::fail(format!(
            "API server {}: GET /version without credentials answers {}; set anonymous.conditions in the file of --authentication-config to /livez, /readyz and /healthz, or --anonymous-auth=false",
            endpoint.address, endpoint.version,
        )));
    }
    // One that did not answer may be the one that is open.
    probe.silent.first().map_or(Ok(Outcome::Pass), |blind| Err(blind.clone()))
}
