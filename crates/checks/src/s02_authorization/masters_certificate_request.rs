//! A certificate for `system:masters` is cluster-admin that no RBAC change takes back.

use assay_inventory::view::{Condition, Csr};

use crate::judging::shown;
use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation, client_certificates};

pub(super) const RULE: Rule = Rule::new(&[], Judge::Csr(judge));

fn judge(csr: &Csr, cx: &Cx<'_>) -> Judgement {
    if !csr.client_auth {
        return Ok(Outcome::NotApplicable("not for client authentication"));
    }
    let name = &csr.meta.name;
    let subject = match &csr.subject {
        Ok(subject) => subject,
        Err(reason) => {
            return Err(assay_inventory::Blind::new(
                assay_inventory::Reason::Unparseable,
                format!("CertificateSigningRequest {name}: {reason}"),
            ));
        }
    };
    if !csr.is_for_a_master() {
        return Ok(Outcome::Pass);
    }
    if let Some(issued) = &csr.issued {
        let expired = issued.not_after.is_some_and(|end| cx.has_come(end));
        if expired {
            return Ok(Outcome::NotApplicable("the certificate has expired"));
        }
    }
    let state = match (csr.condition, &csr.issued) {
        (_, Some(_)) => "was issued: rotate the signing CA, since a certificate cannot be revoked",
        (Condition::Approved, None) => "is approved and waits for its signer: delete it now",
        (Condition::Pending, None) => "waits for approval: deny it",
        (Condition::Denied | Condition::Failed, None) => {
            "was refused: find out why it was asked for"
        }
    };
    let requester = client_certificates::requester(csr);
    Ok(Violation::fail(format!(
        "CertificateSigningRequest {name}: spec.request asks for O=system:masters (CN={}{requester}) and {state}",
        shown(&subject.common_name),
    )))
}
