//! What is stored as it is can be read in every copy of the store.

use assay_inventory::{Relation, ThirdParty};

use crate::judging::shown;
use crate::openshift::{is_set_up_here, of_cluster};
use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(
    &[
        Relation::ThirdParty(ThirdParty::OpenShiftApiServer),
        Relation::ThirdParty(ThirdParty::OpenShiftInfrastructure),
    ],
    Judge::Cluster(judge),
);

/// Types that encrypt. `identity`, and none at all, do not.
const ENCRYPT: [&str; 3] = ["aescbc", "aesgcm", "KMS"];

fn judge(cx: &Cx<'_>) -> Judgement {
    let Some(server) = of_cluster(cx, ThirdParty::OpenShiftApiServer)? else {
        return Ok(Outcome::NotApplicable("the cluster is no OpenShift"));
    };
    is_set_up_here(cx, "encryption of what etcd keeps")?;
    let by = server.fields.text("spec.encryption.type");
    let by = by.map_or("", AsRef::as_ref);
    if ENCRYPT.contains(&by) {
        return Ok(Outcome::Pass);
    }
    let by = if by.is_empty() {
        "unset".to_owned()
    } else {
        shown(by)
    };
    Ok(Violation::fail(format!(
        "APIServer cluster: spec.encryption.type is {by}, so that etcd holds Secrets as they are; set it to aesgcm, or to KMS where there is one"
    )))
}
