//! A token in a file cannot be revoked without a restart of every API server.

use assay_inventory::view::Flag;

use crate::control_plane::{READS, api_servers, wrong};
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(READS, Judge::Cluster(judge));

fn judge(cx: &Cx<'_>) -> Judgement {
    let fix = "remove the flag and the file, and let people sign in through an identity provider";
    api_servers(cx, "static tokens", fix, |flags| {
        flags.is_set(Flag::TokenAuthFile).then(|| wrong(flags, Flag::TokenAuthFile))
    })
}
