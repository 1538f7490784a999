//! What a server takes counts, whatever its settings say.

use assay_inventory::{Blind, Handshake, Reason, Relation};

use crate::serving_certificate::somebody_else;
use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(&[Relation::ApiServerTls], Judge::Cluster(judge));

fn judge(cx: &Cx<'_>) -> Judgement {
    let tls = cx.api_server_tls(cx.params.max_evidence_age)?;
    let takes = |handshake: &&Handshake| {
        handshake.old_tls == Some(true) && somebody_else(handshake).is_none()
    };
    if let Some(handshake) = tls.endpoints.iter().find(takes) {
        return Ok(Violation::fail(format!(
            "API server {} takes TLS 1.0 or 1.1; start it with --tls-min-version=VersionTLS12 or later",
            handshake.address
        )));
    }
    if let Some(blind) = tls.endpoints.iter().find_map(somebody_else) {
        return Err(blind);
    }
    if let Some(mute) = tls.endpoints.iter().find(|handshake| handshake.old_tls.is_none()) {
        return Err(Blind::new(
            Reason::Unreachable,
            format!("the server at {} does not tell whether it takes TLS 1.1", mute.address),
        ));
    }
    // One that did not answer may be the one that does.
    tls.silent.first().map_or(Ok(Outcome::Pass), |blind| Err(blind.clone()))
}
