//! A certificate for `system:masters` is cluster-admin that no RBAC change takes back.

use assay_inventory::view::{Condition, Csr};

use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

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
    let masters = |group: &assay_inventory::view::Text| group.as_ref() == "system:masters";
    if !subject.organizations.iter().any(masters) {
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
    // A manifest has no requester yet: the API server fills it in.
    let requester = Some(&csr.requester)
        .filter(|requester| !requester.is_empty())
        .map(|requester| format!(", requested by {requester}"))
        .unwrap_or_default();
    Ok(Violation::fail(format!(
        "CertificateSigningRequest {name}: spec.request asks for O=system:masters (CN={}{requester}) and {state}",
        subject.common_name,
    )))
}
