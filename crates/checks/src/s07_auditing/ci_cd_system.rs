//! A system that builds or deploys acts in the cluster for people whom the API server does not see.

use assay_inventory::Workload;

use crate::judging::{in_container, shown, variants};
use crate::{Cx, Judge, Judgement, Rule, platform};

pub(super) const RULE: Rule = Rule::new(&[], Judge::Workload(judge));

fn judge(workload: &Workload, _cx: &Cx<'_>) -> Judgement {
    Ok(variants(
        workload,
        false,
        "the API's audit log names its account and nobody behind it: keep its own log of who had it do what like that log, and state \
         ci-cd-audit for 7.1",
        |variant| {
            let systems = platform::ci_cd_systems(variant.spec);
            let details = systems.map(|(system, container)| {
                let image = shown(&container.image);
                in_container(container, "image", format!("{image}, of {}", system.name))
            });
            details.collect()
        },
    ))
}
