//! Who did what is known only if it is recorded.

use assay_inventory::view::{Flag, Flags};
use assay_inventory::{ApiServerMetrics, Blind, EndpointMetrics, Reason, Relation, ThirdParty};

use crate::control_plane::{Wrong, instances, wrong};
use crate::judging::shown;
use crate::openshift::of_cluster;
use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(
    &[
        Relation::ApiServerFlags,
        Relation::ControlPlane,
        Relation::KubeadmConfig,
        Relation::ApiServerMetrics,
        Relation::ThirdParty(ThirdParty::OpenShiftApiServer),
    ],
    Judge::Cluster(judge),
);

fn judge(cx: &Cx<'_>) -> Judgement {
    let by_server = by_server(cx);
    if matches!(by_server, Ok(Outcome::Fail(_))) {
        return by_server;
    }
    match (by_server, by_openshift(cx)) {
        (_, Ok(Some(failed @ Outcome::Fail(_)))) => Ok(failed),
        // The API servers of OpenShift read their settings from a file that its operator writes by this object.
        (Err(_), Ok(Some(told))) => Ok(told),
        (by_server, _) => by_server,
    }
}

/// What the object says by which the API servers of `OpenShift` are set up; nothing where there is none.
fn by_openshift(cx: &Cx<'_>) -> Result<Option<Outcome>, Blind> {
    const NONE: &str = "None";
    let Some(server) = of_cluster(cx, ThirdParty::OpenShiftApiServer)? else {
        return Ok(None);
    };
    let fields = &server.fields;
    let is_none = |fields: &assay_inventory::view::Fields, path: &str| {
        fields.text(path).is_some_and(|text| text.as_ref() == NONE)
    };
    if is_none(fields, "spec.audit.profile") {
        return Ok(Some(Violation::fail(
            "APIServer cluster: spec.audit.profile is None: no request is recorded; set it to Default or more",
        )));
    }
    let mut rules = fields.items("spec.audit.customRules").iter();
    let muted = rules.find(|rule| is_none(rule, "profile"));
    Ok(Some(muted.map_or(Outcome::Pass, |rule| {
        let group = rule.text("group").map_or("", AsRef::as_ref);
        Violation::fail(format!(
            "APIServer cluster: spec.audit.customRules has the profile None for the group {}: nothing that its members do is recorded; give it another profile",
            shown(group)
        ))
    })))
}

fn by_server(cx: &Cx<'_>) -> Judgement {
    let age = cx.params.max_evidence_age;
    let without_policy = |flags: &Flags| !flags.is_set(Flag::AuditPolicyFile) && writes(flags);
    let told = cx.api_servers(age);
    let fix = if told.instances.iter().any(|instance| without_policy(instance.flags)) {
        "give it --audit-policy-file as well: without a policy nothing is recorded"
    } else {
        "give it a policy, and a log or a webhook to write to"
    };
    let by_flags = instances(told, "auditing", fix, off);
    if matches!(by_flags, Ok(Outcome::Fail(_))) {
        return by_flags;
    }
    // Flags without metrics tell what was asked for; with them, what comes of it. What was known to come of it and is not any more
    // must not look better than it did.
    let metrics = match cx.api_server_metrics(age) {
        Ok(metrics) => metrics,
        Err(blind) if blind.reason == Reason::Stale => return by_flags.and(Err(blind)),
        Err(_) => return by_flags,
    };
    if let Some(endpoint) = metrics.endpoints.iter().find(|endpoint| is_mute(endpoint)) {
        return Ok(Violation::fail(format!(
            "API server {}: apiserver_audit_event_total stays at zero: no request is recorded; give the audit policy rules of a level other than None",
            endpoint.address
        )));
    }
    match by_flags {
        Ok(passed) => undecided(metrics).map_or(Ok(passed), Err),
        // A provider may record for itself and hand nothing out.
        Err(blind) if blind.reason != Reason::ProviderHidden && all_record(metrics) => {
            Ok(Outcome::Pass)
        }
        Err(blind) => Err(blind),
    }
}

/// Why it is open what comes of the flags, where they tell that something should.
fn undecided(metrics: &ApiServerMetrics) -> Option<Blind> {
    // Who may not read metrics goes by the flags.
    let mut silent = metrics.silent.iter();
    let unreached = silent.find(|silent| silent.why.reason != Reason::Forbidden);
    let young = || {
        let mut endpoints = metrics.endpoints.iter();
        let endpoint = endpoints.find(|endpoint| endpoint.metrics.audit_events == Some(false))?;
        Some(Blind::new(
            Reason::FirstPass,
            format!(
                "the API server at {} has not run for ten minutes yet, and has recorded nothing so far",
                endpoint.address
            ),
        ))
    };
    unreached.map(|silent| silent.why.clone()).or_else(young)
}

fn writes(flags: &Flags) -> bool {
    flags.is_set(Flag::AuditLogPath) || flags.is_set(Flag::AuditWebhookConfigFile)
}

fn off(flags: &Flags) -> Option<Wrong> {
    if !flags.is_set(Flag::AuditPolicyFile) {
        return Some(wrong(flags, Flag::AuditPolicyFile));
    }
    (!writes(flags)).then(|| wrong(flags, Flag::AuditLogPath))
}

/// It has run for a while, in which Assay alone made requests to record, and has recorded none.
fn is_mute(endpoint: &EndpointMetrics) -> bool {
    endpoint.settled && endpoint.metrics.audit_events == Some(false)
}

fn all_record(metrics: &ApiServerMetrics) -> bool {
    let records = |endpoint: &EndpointMetrics| endpoint.metrics.audit_events == Some(true);
    !metrics.endpoints.is_empty()
        && metrics.silent.is_empty()
        && metrics.endpoints.iter().all(records)
}
