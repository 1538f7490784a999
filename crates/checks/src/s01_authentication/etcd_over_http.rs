//! Over plain HTTP, etcd cannot ask who is calling.

use assay_inventory::view::Flag;

use crate::control_plane::{READS, api_servers, is_beyond_loopback, wrong};
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(READS, Judge::Cluster(judge));

fn judge(cx: &Cx<'_>) -> Judgement {
    let fix = "serve etcd over TLS and name it by https";
    api_servers(cx, "etcd and who may talk to it", fix, |flags| {
        let open = |url: &str| url.starts_with("http://") && is_beyond_loopback(url);
        let found = flags.list(Flag::EtcdServers).any(open);
        found.then(|| wrong(flags, Flag::EtcdServers))
    })
}
