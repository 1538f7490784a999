//! The cluster's authority vouches for a name outside the cluster, so that something outside trusts it.

use assay_inventory::view::{Condition, Csr};
use assay_inventory::{Blind, Relation};

use crate::client_certificates::{requester, subject_of};
use crate::judging::shown;
use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(&[Relation::Namespace], Judge::Csr(judge));

/// Signers that the controller manager serves with the cluster's own authority.
const SIGNERS: [&str; 2] = [
    "kubernetes.io/kubelet-serving",
    "kubernetes.io/legacy-unknown",
];

fn judge(csr: &Csr, cx: &Cx<'_>) -> Judgement {
    if !csr.server_auth || !SIGNERS.contains(&csr.signer.as_ref()) {
        return Ok(Outcome::NotApplicable(
            "not for a server by the cluster's authority",
        ));
    }
    let state = match (csr.condition, &csr.issued) {
        (_, Some(issued)) if issued.not_after.is_some_and(|end| cx.has_come(end)) => {
            return Ok(Outcome::NotApplicable("the certificate has expired"));
        }
        (_, Some(_)) => "was issued",
        (Condition::Approved, None) => "is approved",
        (Condition::Pending | Condition::Denied | Condition::Failed, None) => {
            return Ok(Outcome::Pass);
        }
    };
    let name = &csr.meta.name;
    let subject = subject_of(csr)?;
    // A kubelet serves under all addresses of its Node, which differ from cloud to cloud and change.
    let is_own = csr.requester.starts_with("system:node:") && csr.requester == subject.common_name;
    if is_own {
        return Ok(Outcome::NotApplicable("a kubelet's own certificate"));
    }
    let mut outside = Vec::new();
    for dns in &subject.dns_names {
        if !is_inside(dns, cx)? {
            outside.push(shown(dns));
        }
    }
    if outside.is_empty() {
        return Ok(Outcome::Pass);
    }
    outside.truncate(5);
    Ok(Violation::fail(format!(
        "CertificateSigningRequest {name}: spec.signerName {} is the cluster's authority, and the request for {}{} {state}; whoever \
         connects to that name trusts an authority whose key lies on the cluster's control plane: serve it by a certificate of another one",
        csr.signer,
        outside.join(", "),
        requester(csr),
    )))
}

/// Whether a name is one that only the cluster's own DNS resolves: that of a Service, or of nothing but a host.
fn is_inside(dns: &str, cx: &Cx<'_>) -> Result<bool, Blind> {
    let name = dns.trim_end_matches('.').to_ascii_lowercase();
    let labels: Vec<&str> = name.split('.').collect();
    Ok(match labels.as_slice() {
        [] | [_] => true,
        // `service.namespace`
        [_, namespace] => cx.namespace(&(*namespace).into())?.is_some(),
        [_, rest @ ..] => rest.contains(&"svc") || name.ends_with(".cluster.local"),
    })
}
