//! Where etcd trusts the authority of API users, each of them may open it.

use assay_inventory::view::{Component, Flag};

use crate::control_plane::{READS, instances, wrong};
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(READS, Judge::Cluster(judge));

fn judge(cx: &Cx<'_>) -> Judgement {
    let max_age = cx.params.max_evidence_age;
    let servers = cx.api_servers(max_age);
    let known = servers.instances.iter().chain(&servers.noted);
    let of_users: Vec<&str> = known
        .map(|server| server.flags.value(Flag::ClientCaFile))
        .filter(|file| !file.is_empty())
        .collect();
    // Whom an API server takes for etcd is one thing, and whom etcd lets in is another: only etcd has the last flag.
    let told = servers.and(cx.beside_api_servers(Component::Etcd, max_age));
    let about = "the authorities of the control plane";
    instances(told, about, "give etcd an authority of its own", |flags| {
        if of_users.contains(&flags.value(Flag::TrustedCaFile)) {
            return Some(wrong(flags, Flag::TrustedCaFile));
        }
        let shared = flags.is_set(Flag::EtcdCaFile)
            && flags.value(Flag::ClientCaFile) == flags.value(Flag::EtcdCaFile);
        shared.then(|| wrong(flags, Flag::EtcdCaFile))
    })
}
