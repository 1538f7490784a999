//! What is judged of a serving certificate, whoever shows it.

use assay_inventory::{Blind, Handshake, Reason, Trust};
use chrono::TimeDelta;

use crate::judging::shown;
use crate::{Cx, Judgement, Outcome, Severity, Violation};

/// A certificate that has less left than this ought to have been renewed.
const SOON: TimeDelta = TimeDelta::days(30);
/// What lives shorter is renewed later: when a tenth of its life is left, at the latest.
const TENTH: i32 = 10;
/// Longest that public authorities let a certificate live.
const LONGEST: TimeDelta = TimeDelta::days(398);

/// Whether a certificate has expired, or will so soon that it should have been renewed.
pub(crate) fn expiry(cx: &Cx<'_>, whose: &str, handshake: &Handshake) -> Outcome {
    let certificate = &handshake.certificate;
    let subject = shown(&certificate.subject);
    if cx.has_come(certificate.not_after) {
        return Outcome::Fail(Box::new(Violation {
            severity: Some(Severity::High),
            ..Violation::new(format!(
                "{whose}: its serving certificate ({subject}) has expired; renew it"
            ))
        }));
    }
    let left = SOON.min((certificate.not_after - certificate.not_before) / TENTH);
    let due = certificate.not_after.checked_sub_signed(left);
    if due.is_some_and(|due| cx.has_come(due)) {
        return Violation::fail(format!(
            "{whose}: its serving certificate ({subject}) is about to expire; renew it, and see to it that it is renewed by itself"
        ));
    }
    Outcome::Pass
}

/// Whether a certificate was issued too long ago.
pub(crate) fn age(cx: &Cx<'_>, whose: &str, handshake: &Handshake) -> Outcome {
    if handshake.backdated {
        return Outcome::NotApplicable("the certificate does not tell when it was issued");
    }
    let certificate = &handshake.certificate;
    let old = certificate.not_before.checked_add_signed(LONGEST);
    if old.is_some_and(|old| cx.has_come(old)) {
        return Violation::fail(format!(
            "{whose}: its serving certificate ({}) was issued more than {} days ago; renew it, and have it renewed every year",
            shown(&certificate.subject),
            LONGEST.num_days()
        ));
    }
    Outcome::Pass
}

/// Why what answers at an API server's address tells nothing of it: whoever lists or intercepts an address could make a server fail,
/// or pass.
pub(crate) fn somebody_else(handshake: &Handshake) -> Option<Blind> {
    (handshake.trust == Trust::Foreign).then(|| {
        Blind::new(
            Reason::Unreachable,
            format!(
                "at {}, an address of the API server, a certificate ({}) is shown that the cluster's authority does not vouch for: find out what answers there",
                handshake.address,
                shown(&handshake.certificate.subject)
            ),
        )
    })
}

/// Judges every API server's certificate: one that fails is named, whatever is not known of others.
pub(crate) fn of_api_servers(
    cx: &Cx<'_>,
    judge: impl Fn(&Cx<'_>, &str, &Handshake) -> Outcome,
) -> Judgement {
    let tls = cx.api_server_tls(cx.params.max_evidence_age)?;
    let mut all = Outcome::Pass;
    let mut unknown = tls.silent.first().cloned();
    for handshake in &tls.endpoints {
        if let Some(blind) = somebody_else(handshake) {
            unknown.get_or_insert(blind);
            continue;
        }
        let whose = format!("API server {}", handshake.address);
        match judge(cx, &whose, handshake) {
            Outcome::Pass => {}
            Outcome::NotApplicable(why) => all = Outcome::NotApplicable(why),
            failed @ Outcome::Fail(_) => return Ok(failed),
        }
    }
    unknown.map_or(Ok(all), Err)
}
