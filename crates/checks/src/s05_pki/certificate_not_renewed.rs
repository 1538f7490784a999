//! What should have been renewed by itself and was not will expire.

use assay_inventory::Class;
use assay_inventory::view::{Fields, ThirdPartyObject};
use chrono::TimeDelta;

use crate::described::name;
use crate::judging::shown;
use crate::{Cx, Judge, Judgement, Outcome, Rule, Severity, Violation};

pub(super) const RULE: Rule = Rule::new(&[], Judge::ThirdParty(Class::Certificate, judge));

/// Time in which a certificate is issued, or issued anew, if all is well.
const PATIENCE: TimeDelta = TimeDelta::hours(1);

fn judge(object: &ThirdPartyObject, cx: &Cx<'_>) -> Judgement {
    let fields = &object.fields;
    let name = name(object);
    let has_passed = |path: &str, patience: TimeDelta| {
        let due = fields.time(path).and_then(|time| time.checked_add_signed(patience));
        due.is_some_and(|due| cx.has_come(due))
    };
    if has_passed("status.notAfter", TimeDelta::zero()) {
        return Ok(Outcome::Fail(Box::new(Violation {
            severity: Some(Severity::High),
            ..Violation::new(format!(
                "{name}: status.notAfter has passed: the certificate has expired; see its conditions and its CertificateRequests"
            ))
        })));
    }
    if has_passed("status.renewalTime", PATIENCE) {
        return Ok(Violation::fail(format!(
            "{name}: status.renewalTime has passed, and the certificate was not renewed; see its conditions and its CertificateRequests"
        )));
    }
    let mut conditions = fields.items("status.conditions").iter();
    let ready = conditions.find(|condition| told(condition, "type") == Some("Ready"));
    let status = ready.and_then(|ready| told(ready, "status"));
    if status == Some("True") {
        return Ok(Outcome::Pass);
    }
    let since = ready.and_then(|ready| ready.time("lastTransitionTime"));
    let Some(since) = since.or(object.meta.created) else {
        return Ok(match status {
            Some(_) => Violation::fail(unready(&name, ready)),
            None => Outcome::NotApplicable("it is a manifest: no cluster tells of it"),
        });
    };
    let due = since.checked_add_signed(PATIENCE);
    if due.is_none_or(|due| cx.has_come(due)) {
        return Ok(Violation::fail(unready(&name, ready)));
    }
    Ok(Outcome::Pass)
}

/// What is amiss with a certificate that is not Ready.
fn unready(name: &str, ready: Option<&Fields>) -> String {
    let Some(ready) = ready else {
        return format!(
            "{name}: status.conditions has no Ready: cert-manager has not looked at it; see whether that runs"
        );
    };
    let status = told(ready, "status").unwrap_or("unset");
    let reason = told(ready, "reason").unwrap_or("no reason given");
    format!(
        "{name}: its condition Ready is {} ({}); see its CertificateRequests",
        shown(status),
        shown(reason)
    )
}

fn told<'a>(condition: &'a Fields, field: &str) -> Option<&'a str> {
    condition.text(field).map(AsRef::as_ref)
}
