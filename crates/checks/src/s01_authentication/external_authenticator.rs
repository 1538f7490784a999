//! What Kubernetes issues itself knows no second factor.

use assay_inventory::view::{Flag, Flags};
use assay_inventory::{Blind, Instance, Reason};

use crate::control_plane::{READS_WITH_METRICS, Wrong, instances, wrong};
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(READS_WITH_METRICS, Judge::Cluster(judge));

fn judge(cx: &Cx<'_>) -> Judgement {
    let age = cx.params.max_evidence_age;
    let mut told = cx.api_servers(age);
    let metrics = cx.api_server_metrics(age);
    let used = metrics.is_ok_and(|metrics| {
        let mut endpoints = metrics.endpoints.iter();
        endpoints.any(|endpoint| endpoint.metrics.issuer_used)
    });
    if !used && told.untold.is_none() {
        told.untold = told.instances.iter().find_map(unseen);
    }
    let fix = "configure sign-in through an identity provider that asks for a second factor";
    instances(told, "how people sign in", fix, built_in_only)
}

fn named_by_flags(flags: &Flags) -> bool {
    flags.is_set(Flag::OidcIssuerUrl) || flags.is_set(Flag::AuthenticationTokenWebhookConfigFile)
}

fn built_in_only(flags: &Flags) -> Option<Wrong> {
    let none = !named_by_flags(flags) && !flags.is_set(Flag::AuthenticationConfig);
    none.then(|| wrong(flags, Flag::AuthenticationConfig))
}

/// A file of authenticators may hold no issuer at all.
fn unseen(instance: &Instance<'_>) -> Option<Blind> {
    if named_by_flags(instance.flags) {
        return None;
    }
    let file = instance.flags.value(Flag::AuthenticationConfig);
    let name = &instance.name;
    let message = format!(
        "{name}: its authenticators stand in the file {file}, which is not seen, and nobody has signed in by an issuer in it since the API server started"
    );
    Some(Blind::new(Reason::Unreachable, message))
}
