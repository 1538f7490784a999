//! A namespace without a Pod Security level takes any pod, unless another guard refuses it.

use assay_inventory::Relation;
use assay_inventory::view::Namespace;

use crate::admission::{REACHES_NODE, tried};
use crate::judging::shown;
use crate::platform::namespace_of_node_agents;
use crate::pod_security::{ENFORCE, enforced, only_tells};
use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(&[Relation::AdmissionProbe], Judge::Namespace(judge));

fn judge(namespace: &Namespace, cx: &Cx<'_>) -> Judgement {
    let name = &namespace.meta.name;
    let state = match enforced(namespace) {
        Some("baseline" | "restricted") => return Ok(Outcome::Pass),
        Some("privileged") => {
            return Ok(Outcome::NotApplicable(
                "the label names the level privileged: pod-security-privileged judges that",
            ));
        }
        Some(other) => format!("is {}, which is no level", shown(other)),
        None if only_tells(namespace) => {
            "is unset, and the labels for audit and warn refuse nothing".to_owned()
        }
        None => "is unset".to_owned(),
    };
    if namespace.terminating {
        return Ok(Outcome::NotApplicable("is being deleted and takes no pods"));
    }
    if let Some(reason) = namespace_of_node_agents(name) {
        return Ok(Outcome::NotApplicable(reason));
    }
    // Where the profile has it tried, that tells whether there is another guard.
    match tried(namespace, cx, REACHES_NODE, "")? {
        Outcome::Pass => return Ok(Outcome::Pass),
        Outcome::Fail(_) => {
            return Ok(Outcome::NotApplicable(
                "it is shown to have no guard: admission-takes-host-access judges that",
            ));
        }
        Outcome::NotApplicable(_) => {}
    }
    Ok(Violation::fail(format!(
        "Namespace {name}: label {ENFORCE} {state}; set it to restricted, or to baseline, unless another guard refuses such pods"
    )))
}
