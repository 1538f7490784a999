//! A kubelet that allows everything to everyone it lets in gives its node away.

use assay_inventory::view::Node;
use assay_inventory::{Authorization, Relation};

use crate::judging::shown;
use crate::kubelet::configured;
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[Relation::KubeletConfig], Judge::Node(judge));

fn judge(node: &Node, cx: &Cx<'_>) -> Judgement {
    configured(node, cx, |config| match &config.authorization {
        Authorization::Webhook => None,
        Authorization::AlwaysAllow => Some(
            "authorization.mode AlwaysAllow, so that whoever it lets in may run commands in every container of its node; set it to Webhook".to_owned(),
        ),
        Authorization::Other(mode) => {
            let mode = if mode.is_empty() { "unset" } else { mode.as_ref() };
            Some(format!(
                "authorization.mode {}, so that nobody can say whom it allows what; set it to Webhook",
                shown(mode)
            ))
        }
    })
}
