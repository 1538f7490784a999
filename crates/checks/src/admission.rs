//! What checks of admission share: in which namespaces pods are tried, and what is made of those that are taken.

use assay_inventory::Flaw;
use assay_inventory::view::Namespace;

use crate::judging::in_pod;
use crate::platform::namespace_of_node_agents;
use crate::{Cx, Detail, Judgement, Outcome, Violation};

/// What makes a pod one that reaches its node.
pub(crate) const REACHES_NODE: &[Flaw] = &[
    Flaw::Privileged,
    Flaw::HostPid,
    Flaw::HostIpc,
    Flaw::HostNetwork,
    Flaw::HostPath,
    Flaw::HostPort,
    Flaw::Capability,
];

/// Judges whether admission keeps pods with these flaws out of a namespace, where the profile has it tried. `fix` says what to
/// do about those that it takes.
pub(crate) fn tried(namespace: &Namespace, cx: &Cx<'_>, flaws: &[Flaw], fix: &str) -> Judgement {
    if !cx.params.admission_probe.selects(&namespace.meta) {
        return Ok(Outcome::NotApplicable(
            "the profile does not have pods tried in it",
        ));
    }
    if namespace.terminating {
        return Ok(Outcome::NotApplicable("is being deleted and takes no pods"));
    }
    if let Some(reason) = namespace_of_node_agents(&namespace.meta.name) {
        return Ok(Outcome::NotApplicable(reason));
    }
    let probe = cx.admission_probe(namespace, cx.params.max_evidence_age)?;
    let mut taken = Vec::new();
    let mut untold = None;
    for flaw in flaws {
        match probe.keeps_out(*flaw) {
            Ok(true) => {}
            Ok(false) => taken.push(detail(*flaw)),
            Err(blind) => untold = untold.or(Some(blind)),
        }
    }
    if taken.is_empty() {
        return untold.map_or(Ok(Outcome::Pass), Err);
    }
    let with: Vec<String> = taken
        .iter()
        .map(|detail| format!("{} {}", detail.field, detail.value))
        .collect();
    Ok(Outcome::Fail(Box::new(Violation {
        message: format!(
            "Namespace {}: admission takes a pod with {}; {fix}",
            namespace.meta.name,
            with.join(", or with ")
        ),
        details: taken,
        ..Violation::new("")
    })))
}

fn detail(flaw: Flaw) -> Detail {
    let (field, value) = flaw.place();
    in_pod(field, value)
}
