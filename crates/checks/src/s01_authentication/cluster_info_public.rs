//! kubeadm lets strangers read where the API server is and which CA it has, for as long as nobody takes that back.

use assay_inventory::view::Binding;

use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation, platform};

pub(super) const RULE: Rule = Rule::new(&[], Judge::Binding(judge));

fn judge(binding: &Binding, _cx: &Cx<'_>) -> Judgement {
    let kubeadm = platform::CLUSTER_INFO;
    let meta = &binding.meta;
    if meta.namespace.as_ref() != kubeadm.namespace || meta.name.as_ref() != kubeadm.name {
        return Ok(Outcome::NotApplicable("not kubeadm's cluster-info binding"));
    }
    Ok(if kubeadm.is(binding) {
        Violation::fail(
            "RoleBinding kube-public/kubeadm:bootstrap-signer-clusterinfo: subjects lets User system:anonymous read ConfigMap cluster-info; delete the binding when no node is about to join",
        )
    } else if binding.subjects.iter().any(platform::is_anonymous) {
        Outcome::NotApplicable("reported by anonymous-binding")
    } else {
        Outcome::Pass
    })
}
