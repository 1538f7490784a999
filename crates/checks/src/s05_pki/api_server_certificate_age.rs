//! A certificate that nobody renews is made to live long.

use assay_inventory::Relation;

use crate::serving_certificate::{age, of_api_servers};
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[Relation::ApiServerTls], Judge::Cluster(judge));

fn judge(cx: &Cx<'_>) -> Judgement {
    of_api_servers(cx, age)
}
