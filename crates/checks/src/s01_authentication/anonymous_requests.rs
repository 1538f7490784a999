//! An API server that takes strangers for `system:anonymous` rests on every binding being right.

use assay_inventory::{EndpointAnswers, Relation};

use super::anonymous_discovery::unclear;
use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(&[Relation::AnonymousProbe], Judge::Cluster(judge));

fn judge(cx: &Cx<'_>) -> Judgement {
    let probe = cx.anonymous_probe(cx.params.max_evidence_age)?;
    let answers = || probe.endpoints.iter().flat_map(asked);
    // Refused by a role is let in all the same. 401 here with 200 on /livez: limited to health paths by the
    // authentication configuration.
    let let_in = answers().find(|(_, _, code)| matches!(*code, 200 | 403));
    if let Some((endpoint, path, code)) = let_in {
        return Ok(Violation::fail(format!(
            "API server {}: GET {path} without credentials answers {code}; set anonymous.conditions in the file of --authentication-config to /livez, /readyz and /healthz, or --anonymous-auth=false",
            endpoint.address,
        )));
    }
    let silent = probe.silent.first().cloned();
    // One that did not answer, or answered something else, may be the one that is open.
    let blind = silent
        .or_else(|| answers().find_map(|(endpoint, path, code)| unclear(endpoint, path, code)));
    blind.map_or(Ok(Outcome::Pass), Err)
}

/// The paths asked for that are not for health, and what came back.
fn asked(endpoint: &EndpointAnswers) -> [(&EndpointAnswers, &'static str, u16); 2] {
    [
        (endpoint, "/version", endpoint.version),
        (endpoint, "/api", endpoint.api),
    ]
}
