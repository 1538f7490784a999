//! On the day a certificate expires, nobody verifies it any more.

use assay_inventory::Relation;

use crate::serving_certificate::{expiry, of_api_servers};
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[Relation::ApiServerTls], Judge::Cluster(judge));

fn judge(cx: &Cx<'_>) -> Judgement {
    of_api_servers(cx, expiry)
}
