//! Without client certificates, whoever reaches etcd has everything.

use assay_inventory::view::{Component, Flag, Flags};

use crate::control_plane::{READS, Wrong, instances, is_beyond_loopback, wrong};
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(READS, Judge::Cluster(judge));

fn judge(cx: &Cx<'_>) -> Judgement {
    let told = cx.beside_api_servers(Component::Etcd, cx.params.max_evidence_age);
    let fix = "ask clients and peers for certificates of an authority of its own, over https";
    instances(told, "etcd and who may talk to it", fix, open)
}

fn open(flags: &Flags) -> Option<Wrong> {
    let asks = [Flag::ClientCertAuth, Flag::PeerClientCertAuth];
    if let Some(flag) = asks.into_iter().find(|flag| flags.switch(*flag) != Some(true)) {
        return Some(wrong(flags, flag));
    }
    let plain = |url: &str| url.starts_with("http://") && is_beyond_loopback(url);
    let found = flags.list(Flag::ListenClientUrls).any(plain);
    found.then(|| wrong(flags, Flag::ListenClientUrls))
}
