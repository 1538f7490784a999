//! What the node alone has to reach need not listen to the network.

use assay_inventory::view::Flag;

use crate::control_plane::{READS, managers, serves_beyond_loopback, wrong};
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(READS, Judge::Cluster(judge));

fn judge(cx: &Cx<'_>) -> Judgement {
    managers(cx, "set it to 127.0.0.1", |flags| {
        serves_beyond_loopback(flags).then(|| wrong(flags, Flag::BindAddress))
    })
}
