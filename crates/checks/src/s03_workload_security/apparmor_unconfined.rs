//! `AppArmor` switched off takes away what the node's default profile denies.

use assay_inventory::Workload;

use crate::confinement::{self, unconfined};
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[], Judge::Workload(judge));

fn judge(workload: &Workload, _cx: &Cx<'_>) -> Judgement {
    Ok(confinement::judge(
        workload,
        true,
        "securityContext.appArmorProfile.type",
        "remove it, or set RuntimeDefault, or Localhost with a profile of your own",
        |pod| unconfined(pod.app_armor.as_ref()),
        |container| unconfined(container.app_armor.as_ref()),
    ))
}
