//! A hostPath volume hands out the node's own files.

use assay_inventory::Workload;

use crate::judging::{in_pod, variants};
use crate::node_path::{Reach, reach};
use crate::platform::spare;
use crate::{Cx, Judge, Judgement, Outcome, Rule, Severity};

pub(super) const RULE: Rule = Rule::new(&[], Judge::Workload(judge));

fn judge(workload: &Workload, _cx: &Cx<'_>) -> Judgement {
    Ok(outcome(workload))
}

fn outcome(workload: &Workload) -> Outcome {
    let outcome = variants(
        workload,
        false,
        "use a volume of the cluster's storage, or an emptyDir; a node agent is accepted by an exception that names it",
        |variant| {
            let paths = variant.spec.host_paths.iter();
            paths
                .filter(|path| reach(&path.path) != Reach::RuntimeSocket)
                .map(|path| {
                    let field = format!("volumes[{}].hostPath.path", path.volume);
                    in_pod(field, &path.path)
                })
                .collect()
        },
    );
    let mut outcome = spare("host-path", workload, outcome);
    if let Outcome::Fail(violation) = &mut outcome
        && gives_the_node_away(workload)
    {
        violation.severity = Some(Severity::Critical);
    }
    outcome
}

fn gives_the_node_away(workload: &Workload) -> bool {
    workload.variants().iter().any(|variant| {
        let mut paths = variant.spec.host_paths.iter();
        paths.any(|path| reach(&path.path) == Reach::Node)
    })
}

#[cfg(test)]
mod tests {
    use super::outcome;
    use crate::testing::{daemon_set, workload};
    use crate::{Outcome, Severity};

    #[test]
    fn a_path_that_gives_the_node_away_is_critical() {
        let severity = |path: &str| {
            let volumes = format!(r#"{{"containers":[],"volumes":[{{"name":"a","hostPath":{{"path":"{path}"}}}}]}}"#);
            match workload(&daemon_set("shop", "web", &volumes), outcome) {
                Outcome::Fail(violation) => violation.severity,
                other => panic!("{path}: {other:?}"),
            }
        };
        assert_eq!(severity("/var/lib/kubelet/pods"), Some(Severity::Critical));
        assert_eq!(severity("/"), Some(Severity::Critical));
        assert_eq!(severity("/var/log"), None);
    }
}
