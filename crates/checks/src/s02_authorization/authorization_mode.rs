//! Roles decide nothing where another authorizer lets everybody in.

use assay_inventory::view::{Flag, Flags};
use assay_inventory::{Blind, Reason};

use crate::control_plane::{READS_WITH_METRICS, Wrong, instances, wrong};
use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(READS_WITH_METRICS, Judge::Cluster(judge));

/// Authorizers beside which roles are for show, or hidden.
const BAD: [&str; 2] = ["AlwaysAllow", "ABAC"];

fn judge(cx: &Cx<'_>) -> Judgement {
    let mut told = cx.api_servers(cx.params.max_evidence_age);
    let from_file = told
        .instances
        .iter()
        .find(|instance| instance.flags.is_set(Flag::AuthorizationConfig))
        .map(|instance| {
            let file = instance.flags.value(Flag::AuthorizationConfig);
            let name = &instance.name;
            let message =
                format!("{name}: its authorizers stand in the file {file}, which is not seen");
            Blind::new(Reason::Unreachable, message)
        });
    let is_from_file = from_file.is_some();
    told.untold = told.untold.or(from_file);
    let by_flags = instances(told, "how requests are authorized", "set it to Node,RBAC", bad_mode);
    if matches!(by_flags, Ok(Outcome::Fail(_) | Outcome::Pass)) {
        return by_flags;
    }
    // What has decided is there, whatever else is not known.
    if let Ok(metrics) = cx.api_server_metrics(cx.params.max_evidence_age) {
        for endpoint in &metrics.endpoints {
            let decided = |bad: &&str| endpoint.metrics.authorizers.contains(*bad);
            if let Some(bad) = BAD.into_iter().find(|bad| decided(bad)) {
                let place = if is_from_file || endpoint.metrics.authorization_file {
                    "the file of --authorization-config"
                } else {
                    "--authorization-mode, or out of the file of --authorization-config if that is set"
                };
                return Ok(Violation::fail(format!(
                    "API server {}: apiserver_authorization_decisions_total counts decisions of {bad}; take it out of {place}",
                    endpoint.address
                )));
            }
        }
    }
    by_flags
}

fn bad_mode(flags: &Flags) -> Option<Wrong> {
    if flags.is_set(Flag::AuthorizationConfig) {
        return None;
    }
    let mut modes = flags.list(Flag::AuthorizationMode).peekable();
    // Without any, the API server allows everything.
    let bad = modes.peek().is_none() || modes.any(|mode| BAD.contains(&mode));
    bad.then(|| wrong(flags, Flag::AuthorizationMode))
}
