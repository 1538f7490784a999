//! Who did it is half of what happened.

use assay_inventory::{Blind, Reason, Relation};

use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(&[Relation::ApiServerMetrics], Judge::Cluster(judge));

const WITH_BODIES: [&str; 2] = ["Request", "RequestResponse"];

fn judge(cx: &Cx<'_>) -> Judgement {
    let metrics = cx.api_server_metrics(cx.params.max_evidence_age)?;
    let mut blind = metrics.silent.first().map(|silent| silent.why.clone());
    let mut records = false;
    for endpoint in &metrics.endpoints {
        let address = &endpoint.address;
        let levels = &endpoint.metrics.audit_levels;
        if WITH_BODIES.iter().any(|level| levels.contains(*level)) {
            records = true;
            continue;
        }
        let why = match endpoint.metrics.audit_events {
            Some(false) if endpoint.settled => continue,
            _ if !endpoint.settled => (Reason::FirstPass, "has not run for ten minutes yet"),
            _ if levels.is_empty() => (
                Reason::Unreachable,
                "does not count apiserver_audit_level_total",
            ),
            _ => {
                return Ok(Violation::fail(format!(
                    "API server {address}: apiserver_audit_level_total counts no event of level Request or RequestResponse; record the bodies of what changes roles, bindings and admission"
                )));
            }
        };
        blind.get_or_insert_with(|| {
            let (reason, why) = why;
            Blind::new(reason, format!("the API server at {address} {why}"))
        });
    }
    match blind {
        Some(blind) => Err(blind),
        None if records => Ok(Outcome::Pass),
        None => Ok(Outcome::NotApplicable("nothing is recorded: see audit-off")),
    }
}
