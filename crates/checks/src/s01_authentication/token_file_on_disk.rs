//! Tokens in a file are credentials in plain text, on every control-plane node.

use assay_inventory::view::Flag;

use crate::control_plane::{READS, api_servers, wrong};
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(READS, Judge::Cluster(judge));

fn judge(cx: &Cx<'_>) -> Judgement {
    let fix = "remove the flag and the file";
    api_servers(cx, "files that hold credentials", fix, |flags| {
        flags.is_set(Flag::TokenAuthFile).then(|| wrong(flags, Flag::TokenAuthFile))
    })
}
