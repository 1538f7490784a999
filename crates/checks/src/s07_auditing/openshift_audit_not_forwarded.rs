//! A log that stays on the control plane goes with it.

use assay_inventory::view::{Fields, Text, ThirdPartyObject};
use assay_inventory::{Relation, ThirdParty};

use crate::openshift::{is_set_up_here, of_cluster};
use crate::sign_in::is_ready;
use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(
    &[
        Relation::ThirdParty(ThirdParty::OpenShiftApiServer),
        Relation::ThirdParty(ThirdParty::OpenShiftInfrastructure),
        Relation::ThirdParty(ThirdParty::LogForwarder),
        Relation::ThirdParty(ThirdParty::OldLogForwarder),
    ],
    Judge::Cluster(judge),
);

fn judge(cx: &Cx<'_>) -> Judgement {
    if of_cluster(cx, ThirdParty::OpenShiftApiServer)?.is_none() {
        return Ok(Outcome::NotApplicable("the cluster is no OpenShift"));
    }
    // What runs here cannot reach the files of API servers that run elsewhere.
    is_set_up_here(cx, "where the audit log goes")?;
    let mut at_rest = None;
    for kind in [ThirdParty::LogForwarder, ThirdParty::OldLogForwarder] {
        let forwarders = cx.third_party(kind)?;
        for forwarder in forwarders.into_iter().filter(|object| forwards(object)) {
            if is_ready(forwarder) != Some(false) {
                return Ok(Outcome::Pass);
            }
            at_rest.get_or_insert(forwarder);
        }
    }
    Ok(at_rest.map_or_else(
        || {
            Violation::fail(
                "no ClusterLogForwarder has a pipeline that takes what the API server records to an output; add one of the input audit that leads out of the cluster",
            )
        },
        |forwarder| {
            Violation::fail(format!(
                "ClusterLogForwarder {}/{}: status.conditions[Ready] is not True, and no other forwards what the API server records; mend what the condition tells of",
                forwarder.meta.namespace, forwarder.meta.name
            ))
        },
    ))
}

/// Whether it takes what the API server records to some output.
fn forwards(forwarder: &ThirdPartyObject) -> bool {
    let inputs = forwarder.fields.items("spec.inputs");
    let is_audit = |name: &Text| {
        name.as_ref() == "audit"
            || inputs
                .iter()
                .any(|input| input.text("name") == Some(name) && is_of_the_api_server(input))
    };
    let mut pipelines = forwarder.fields.items("spec.pipelines").iter();
    pipelines.any(|pipeline| {
        pipeline.texts("inputRefs").iter().any(is_audit) && !pipeline.texts("outputRefs").is_empty()
    })
}

/// An audit input is of all sources, or of those that it names: that of nodes or of OVN tells nothing of the API.
fn is_of_the_api_server(input: &Fields) -> bool {
    let is_audit = input.text("type").is_some_and(|kind| kind.as_ref() == "audit");
    let sources = input.texts("audit.sources");
    (is_audit || input.has("audit"))
        && (sources.is_empty() || sources.iter().any(|source| source.as_ref() == "kubeAPI"))
}
