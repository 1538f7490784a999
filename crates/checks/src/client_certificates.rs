//! Certificates by which somebody signs in to the API server, asked for through it: what 1.3 and 5.1 judge alike.

use assay_inventory::view::{Condition, Csr, RequestSubject};
use assay_inventory::{Blind, Reason};

use crate::judging::shown;
use crate::{Cx, Judgement, Outcome, Violation};

/// Judges a request; `fix` says what to do about a certificate that was issued.
pub(crate) fn judge(csr: &Csr, cx: &Cx<'_>, fix: &str) -> Judgement {
    if !csr.makes_a_login() {
        return Ok(Outcome::NotApplicable(
            "its certificate is no login to the API server",
        ));
    }
    if csr.is_a_nodes_own() {
        return Ok(Outcome::NotApplicable("a node's own certificate"));
    }
    let state = match (csr.condition, &csr.issued) {
        (_, Some(issued)) => match issued.not_after {
            Some(end) if cx.has_come(end) => {
                return Ok(Outcome::NotApplicable("the certificate has expired"));
            }
            Some(end) => format!("was issued and is good until {}", end.format("%Y-%m-%d")),
            None => "was issued a certificate that cannot be read".to_owned(),
        },
        (Condition::Approved, None) => "is approved and waits for its signer".to_owned(),
        (Condition::Pending | Condition::Denied | Condition::Failed, None) => {
            return Ok(Outcome::Pass);
        }
    };
    let name = &csr.meta.name;
    let subject = subject_of(csr)?;
    let groups: Vec<String> = subject
        .organizations
        .iter()
        .map(|group| format!(", O={}", shown(group)))
        .collect();
    let requester = requester(csr);
    let approval = if csr.approval.is_empty() {
        String::new()
    } else {
        format!(", approved with the reason {}", shown(&csr.approval))
    };
    Ok(Violation::fail(format!(
        "CertificateSigningRequest {name}: spec.signerName {} makes logins, and the request (CN={}{}{requester}{approval}) {state}; {fix}",
        csr.signer,
        shown(&subject.common_name),
        groups.concat(),
    )))
}

/// What the request asks for.
pub(crate) fn subject_of(csr: &Csr) -> Result<&RequestSubject, Blind> {
    csr.subject.as_ref().map_err(|reason| {
        Blind::new(
            Reason::Unparseable,
            format!("CertificateSigningRequest {}: {reason}", csr.meta.name),
        )
    })
}

/// Who asked, and by which client certificate, where it was one: of two who share a name, it tells which. A manifest has no
/// requester yet: the API server fills it in.
pub(crate) fn requester(csr: &Csr) -> String {
    if csr.requester.is_empty() {
        return String::new();
    }
    let by = client_certificate(csr)
        .map(|hash| format!(" with the client certificate of SHA-256 {hash}"));
    format!(
        ", requested by {}{}",
        shown(&csr.requester),
        by.unwrap_or_default()
    )
}

/// The hash of the client certificate by which a request came, if it came by one.
pub(crate) fn client_certificate(csr: &Csr) -> Option<String> {
    csr.credential.strip_prefix("X509SHA256=").map(shown)
}
