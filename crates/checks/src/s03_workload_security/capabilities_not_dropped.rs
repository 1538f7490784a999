//! A process that never needed a capability should not hold it when it is taken over.

use assay_inventory::Workload;
use assay_inventory::view::Container;

use crate::confinement::BASELINE_CAPABILITIES;
use crate::judging::{containers, in_container};
use crate::platform::spare;
use crate::{Cx, Detail, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[], Judge::Workload(judge));

fn judge(workload: &Workload, _cx: &Cx<'_>) -> Judgement {
    let outcome = containers(
        workload,
        "drop ALL, and add back NET_BIND_SERVICE at most",
        |_, container| -> Vec<Detail> {
            let not_dropped = not_dropped(container)
                .map(|value| in_container(container, "securityContext.capabilities.drop", value));
            let added = container.security.capabilities.add.iter();
            // What is beyond the baseline fails `added-capabilities`.
            let added = added
                .filter(|name| BASELINE_CAPABILITIES.contains(&name.as_ref()))
                .filter(|name| name.as_ref() != "NET_BIND_SERVICE")
                .map(|name| in_container(container, "securityContext.capabilities.add", name));
            not_dropped.into_iter().chain(added).collect()
        },
    );
    Ok(spare("capabilities-not-dropped", workload, outcome))
}

/// What is dropped, unless it is `ALL`.
fn not_dropped(container: &Container) -> Option<String> {
    let dropped = &container.security.capabilities.drop;
    if dropped.iter().any(|name| name.as_ref() == "ALL") {
        None
    } else if dropped.is_empty() {
        Some("unset".to_owned())
    } else {
        Some(dropped.join(" "))
    }
}
