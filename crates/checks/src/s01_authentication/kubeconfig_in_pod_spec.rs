//! A kubeconfig written into a pod spec gives its credential to whoever may read pods.

use assay_inventory::Workload;
use assay_inventory::view::Mark;

use crate::judging::variants;
use crate::kubeconfig::credential;
use crate::pod_literals::{self, Literals};
use crate::{Cx, Judge, Judgement, Rule};

const ID: &str = "kubeconfig-in-pod-spec";

pub(super) const RULE: Rule = Rule::new(&[], Judge::Workload(judge)).reading_literals(look);

fn judge(workload: &Workload, _cx: &Cx<'_>) -> Judgement {
    Ok(variants(
        workload,
        false,
        "give the pod a ServiceAccount, or mount the file from a Secret of an external store, and replace the credential",
        |variant| pod_literals::details(&variant.spec.marks, ID),
    ))
}

fn look(container: &Literals) -> Vec<Mark> {
    let variables = container.variables().filter_map(|(name, value)| {
        let what = credential(value)?;
        Some(container.mark(ID, &format!("env[{name}].value"), what))
    });
    let words = container.words().filter_map(|(field, word)| {
        let what = credential(word)?;
        Some(container.mark(ID, field, what))
    });
    variables.chain(words).collect()
}
