//! Who did what is known only if it is recorded.

use assay_inventory::view::{Flag, Flags};
use assay_inventory::{ApiServerMetrics, EndpointMetrics, Relation, ThirdParty};

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
fn by_openshift(cx: &Cx<'_>) -> Result<Option<Outcome>, assay_inventory::Blind> {
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
    // Flags without metrics tell what was asked for; with them, what comes of it.
    let Ok(metrics) = cx.api_server_metrics(age) else {
        return by_flags;
    };
    if let Some(endpoint) = metrics.endpoints.iter().find(|endpoint| is_mute(endpoint)) {
        return Ok(Violation::fail(format!(
            "API server {}: apiserver_audit_event_total stays at zero: no request is recorded; give the audit policy rules of a level other than None",
            endpoint.address
        )));
    }
    if by_flags.is_err() && all_record(metrics) {
        return Ok(Outcome::Pass);
    }
    by_flags
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
