//! Where etcd trusts the authority of API users, each of them may open it.

use assay_inventory::view::Flag;

use crate::control_plane::{READS, api_servers, wrong};
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(READS, Judge::Cluster(judge));

fn judge(cx: &Cx<'_>) -> Judgement {
    let fix = "give etcd an authority of its own";
    api_servers(cx, "the authorities of the control plane", fix, |flags| {
        let shared = flags.is_set(Flag::EtcdCaFile)
            && flags.value(Flag::ClientCaFile) == flags.value(Flag::EtcdCaFile);
        shared.then(|| wrong(flags, Flag::EtcdCaFile))
    })
}
