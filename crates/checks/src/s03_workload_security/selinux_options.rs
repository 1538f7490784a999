//! An `SELinux` label of one's own choice can be one that `SELinux` does not confine.

use assay_inventory::Workload;
use assay_inventory::view::SeLinux;

use crate::confinement;
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[], Judge::Workload(judge));

/// Types that confine a container, by the baseline level of the Pod Security Standards; empty is the runtime's choice.
const CONFINED: &[&str] = &[
    "",
    "container_engine_t",
    "container_init_t",
    "container_kvm_t",
    "container_t",
];

fn judge(workload: &Workload, _cx: &Cx<'_>) -> Judgement {
    Ok(confinement::judge(
        workload,
        true,
        "securityContext.seLinuxOptions",
        "leave user and role unset, and the type to the runtime or one of the container types",
        |pod| unusual(pod.se_linux.as_deref()),
        |container| unusual(container.se_linux.as_deref()),
    ))
}

fn unusual(options: Option<&SeLinux>) -> Option<String> {
    let options = options?;
    let chosen = [
        ("type", &options.kind, !CONFINED.contains(&options.kind.as_ref())),
        ("user", &options.user, !options.user.is_empty()),
        ("role", &options.role, !options.role.is_empty()),
    ];
    let words: Vec<String> = chosen
        .into_iter()
        .filter(|(_, _, wrong)| *wrong)
        .map(|(field, value, _)| format!("{field} {value}"))
        .collect();
    (!words.is_empty()).then(|| words.join(" "))
}
