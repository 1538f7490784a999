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
    let is = |condition: &Fields, path: &str, wanted: &str| {
        condition.text(path).is_some_and(|text| text.as_ref() == wanted)
    };
    let failing = conditions
        .find(|condition| is(condition, "type", "Ready") && is(condition, "status", "False"));
    if let Some(condition) = failing {
        let since = condition.time("lastTransitionTime").or(object.meta.created);
        let due = since.and_then(|since| since.checked_add_signed(PATIENCE));
        if due.is_none_or(|due| cx.has_come(due)) {
            let reason = condition.text("reason").map_or("no reason given", AsRef::as_ref);
            return Ok(Violation::fail(format!(
                "{name}: its condition Ready is False ({}); see its CertificateRequests",
                shown(reason)
            )));
        }
    }
    Ok(Outcome::Pass)
}
