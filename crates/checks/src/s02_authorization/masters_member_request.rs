//! Who asks for a certificate as a member of `system:masters` shows that somebody uses the group.

use assay_inventory::Identity;
use assay_inventory::view::Csr;

use crate::client_certificates::client_certificate;
use crate::judging::shown;
use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(&[], Judge::Csr(judge));

fn judge(csr: &Csr, cx: &Cx<'_>) -> Judgement {
    if !csr.is_by_a_master() {
        return Ok(if csr.requester.is_empty() {
            Outcome::NotApplicable("nobody has asked for it yet: the API server notes who does")
        } else {
            Outcome::Pass
        });
    }
    let asker = Identity::User(csr.requester.clone());
    if cx.params.break_glass.contains(&asker) {
        return Ok(Outcome::NotApplicable(
            "an identity for emergencies asked for it",
        ));
    }
    let by = client_certificate(csr)
        .map(|hash| format!(" by the client certificate of SHA-256 {hash}"));
    Ok(Violation::fail(format!(
        "CertificateSigningRequest {}: spec.groups of {}, who made it{}, holds system:masters; no role limits that credential and no \
         binding takes it back: put it away, and work by an identity whose rights are in bindings",
        csr.meta.name,
        if csr.requester.is_empty() {
            "somebody without a name".to_owned()
        } else {
            shown(&csr.requester)
        },
        by.unwrap_or_default(),
    )))
}
