//! A log that stays on the control plane goes with it.

use assay_inventory::view::{Text, ThirdPartyObject};
use assay_inventory::{Relation, ThirdParty};

use crate::sign_in::of_cluster;
use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(
    &[
        Relation::ThirdParty(ThirdParty::OpenShiftApiServer),
        Relation::ThirdParty(ThirdParty::LogForwarder),
        Relation::ThirdParty(ThirdParty::OldLogForwarder),
    ],
    Judge::Cluster(judge),
);

fn judge(cx: &Cx<'_>) -> Judgement {
    if of_cluster(cx, ThirdParty::OpenShiftApiServer)?.is_none() {
        return Ok(Outcome::NotApplicable("the cluster is no OpenShift"));
    }
    for kind in [ThirdParty::LogForwarder, ThirdParty::OldLogForwarder] {
        if cx.third_party(kind)?.into_iter().any(forwards) {
            return Ok(Outcome::Pass);
        }
    }
    Ok(Violation::fail(
        "no ClusterLogForwarder has a pipeline of the input audit to an output; add one that leads out of the cluster",
    ))
}

fn forwards(forwarder: &ThirdPartyObject) -> bool {
    let inputs = forwarder.fields.items("spec.inputs");
    let is_audit = |name: &Text| {
        name.as_ref() == "audit"
            || inputs.iter().any(|input| {
                let kind = input.text("type");
                input.text("name") == Some(name)
                    && (input.has("audit") || kind.is_some_and(|kind| kind.as_ref() == "audit"))
            })
    };
    let mut pipelines = forwarder.fields.items("spec.pipelines").iter();
    pipelines.any(|pipeline| {
        pipeline.texts("inputRefs").iter().any(is_audit) && !pipeline.texts("outputRefs").is_empty()
    })
}
