//! Where nothing limits them, tokens can be minted for years.

use assay_inventory::view::Flag;

use crate::control_plane::{READS, api_servers, wrong};
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(READS, Judge::Cluster(judge));

fn judge(cx: &Cx<'_>) -> Judgement {
    let fix = "set it to the longest life a token needs, such as 24h";
    api_servers(cx, "the longest life of tokens", fix, |flags| {
        let limit = flags.value(Flag::ServiceAccountMaxTokenExpiration);
        let limited = limit.contains(|digit| matches!(digit, '1'..='9'));
        (!limited).then(|| wrong(flags, Flag::ServiceAccountMaxTokenExpiration))
    })
}
