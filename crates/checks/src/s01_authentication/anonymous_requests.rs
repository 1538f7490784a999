//! An API server that takes strangers for `system:anonymous` rests on every binding being right.

use assay_inventory::{EndpointAnswers, Relation};

use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(&[Relation::AnonymousProbe], Judge::Cluster(judge));

fn judge(cx: &Cx<'_>) -> Judgement {
    let probe = cx.anonymous_probe(cx.params.max_evidence_age)?;
    // 401 on /version with 200 on /livez: limited to health paths by the authentication configuration.
    let anonymous = |endpoint: &&EndpointAnswers| endpoint.version != 401 || endpoint.api != 401;
    Ok(match probe.endpoints.iter().find(anonymous) {
        Some(endpoint) => Violation::fail(format!(
            "API server {}: GET /version without credentials answers {}; set anonymous.conditions in the file of --authentication-config to /livez, /readyz and /healthz, or --anonymous-auth=false",
            endpoint.address, endpoint.version,
        )),
        None => Outcome::Pass,
    })
}
