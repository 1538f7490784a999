//! An API server that lets strangers discover the API has opened more than its health.

use assay_inventory::{Blind, EndpointAnswers, Reason, Relation};

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
    let odd = |endpoint: &EndpointAnswers| unclear(endpoint, "/api", endpoint.api);
    let silent = probe.silent.first().cloned();
    // One that did not answer, or answered something else, may be the one that is open.
    let blind = silent.or_else(|| probe.endpoints.iter().find_map(odd));
    blind.map_or(Ok(Outcome::Pass), Err)
}

/// Why an answer tells neither that strangers are let in nor that they are turned away: a server that is overloaded gives it
/// before it asks who comes, or a proxy gives it.
pub(super) fn unclear(endpoint: &EndpointAnswers, path: &str, code: u16) -> Option<Blind> {
    if matches!(code, 200 | 401 | 403) {
        return None;
    }
    let message = format!(
        "the API server at {} answers {code} to GET {path} without credentials, which tells nothing; see what stands before it, or whether it is well",
        endpoint.address
    );
    Some(Blind::new(Reason::Unreachable, message))
}
