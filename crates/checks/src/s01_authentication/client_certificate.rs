//! A certificate by which a person signs in cannot be taken back.

use assay_inventory::view::Csr;

use crate::{Cx, Judge, Judgement, Rule, client_certificates};

pub(super) const RULE: Rule = Rule::new(&[], Judge::Csr(judge));

fn judge(csr: &Csr, cx: &Cx<'_>) -> Judgement {
    client_certificates::judge(
        csr,
        cx,
        "nothing revokes it: take its names out of all bindings, and let people sign in by an identity provider",
    )
}
