//! Whoever holds a certificate of the front proxy's authority may become anybody.

use assay_inventory::view::Flag;

use crate::control_plane::{READS, api_servers, wrong};
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(READS, Judge::Cluster(judge));

fn judge(cx: &Cx<'_>) -> Judgement {
    let fix = "give the aggregation layer an authority of its own";
    api_servers(cx, "the authorities of the control plane", fix, |flags| {
        let shared = flags.is_set(Flag::ClientCaFile)
            && flags.value(Flag::ClientCaFile) == flags.value(Flag::RequestHeaderClientCaFile);
        shared.then(|| wrong(flags, Flag::RequestHeaderClientCaFile))
    })
}
