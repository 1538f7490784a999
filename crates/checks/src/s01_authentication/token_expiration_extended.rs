//! The hour a pod is told its token lives is a year where the extension is on.

use assay_inventory::view::Flag;

use crate::control_plane::{READS, api_servers, wrong};
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(READS, Judge::Cluster(judge));

fn judge(cx: &Cx<'_>) -> Judgement {
    let fix = "set it to false once no client keeps a token for longer than an hour";
    api_servers(cx, "the life of tokens", fix, |flags| {
        let extended = flags.switch(Flag::ServiceAccountExtendTokenExpiration) != Some(false);
        extended.then(|| wrong(flags, Flag::ServiceAccountExtendTokenExpiration))
    })
}
