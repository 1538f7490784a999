//! A token whose account is gone has to stop working.

use assay_inventory::view::Flag;

use crate::control_plane::{READS, api_servers, wrong};
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(READS, Judge::Cluster(judge));

fn judge(cx: &Cx<'_>) -> Judgement {
    let fix = "remove the flag: true is its default";
    api_servers(cx, "revoking tokens of ServiceAccounts", fix, |flags| {
        let looked_up = flags.switch(Flag::ServiceAccountLookup) == Some(true);
        (!looked_up).then(|| wrong(flags, Flag::ServiceAccountLookup))
    })
}
