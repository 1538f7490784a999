//! The default `ServiceAccount` is everybody's: its token should be nobody's.

use assay_inventory::Relation;
use assay_inventory::view::ServiceAccount;

use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(&[Relation::Namespace], Judge::ServiceAccount(judge));

fn judge(account: &ServiceAccount, cx: &Cx<'_>) -> Judgement {
    if account.meta.name.as_ref() != "default" {
        return Ok(Outcome::NotApplicable("not a default ServiceAccount"));
    }
    let value = match account.automount {
        Some(false) => return Ok(Outcome::Pass),
        Some(true) => "true",
        None => "unset",
    };
    let namespace = &account.meta.namespace;
    if cx.is_terminating(namespace)? {
        return Ok(Outcome::NotApplicable("its namespace is being deleted"));
    }
    Ok(Violation::fail(format!(
        "ServiceAccount {namespace}/default: automountServiceAccountToken is {value}; set it to false, and name a ServiceAccount in pods that use the API",
    )))
}
