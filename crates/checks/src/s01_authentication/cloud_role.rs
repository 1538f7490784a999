//! An annotation makes a `ServiceAccount` somebody in the cloud: whoever runs as it has what the cloud grants.

use assay_inventory::view::ServiceAccount;

use crate::judging::shown;
use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(&[], Judge::ServiceAccount(judge));

fn judge(account: &ServiceAccount, _cx: &Cx<'_>) -> Judgement {
    let Some((annotation, role)) = account.cloud_roles.first() else {
        return Ok(Outcome::Pass);
    };
    Ok(Violation::fail(format!(
        "ServiceAccount {}/{}: metadata.annotations[{annotation}] is {}; review what the cloud grants that identity as part of what this account may do",
        account.meta.namespace,
        account.meta.name,
        shown(role),
    )))
}
