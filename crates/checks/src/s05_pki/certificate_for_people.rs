//! The cluster's authority cannot revoke: what it issues to people is good until it expires.

use assay_inventory::view::Csr;

use crate::{Cx, Judge, Judgement, Rule, client_certificates};

pub(super) const RULE: Rule = Rule::new(&[], Judge::Csr(judge));

fn judge(csr: &Csr, cx: &Cx<'_>) -> Judgement {
    client_certificates::judge(
        csr,
        cx,
        "there is no revocation list: only a new certificate authority ends it early, so plan that if the key may be lost",
    )
}
