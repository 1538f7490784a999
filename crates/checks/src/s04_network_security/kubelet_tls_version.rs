//! Retired versions of TLS protect nothing.

use assay_inventory::view::Node;
use assay_inventory::Relation;

use crate::judging::shown;
use crate::kubelet::configured;
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[Relation::KubeletConfig], Judge::Node(judge));

fn judge(node: &Node, cx: &Cx<'_>) -> Judgement {
    configured(node, cx, |config| {
        let version = &config.tls_min_version;
        // Unset is TLS 1.2. What this version of Assay does not know is not taken for safe.
        let sound = ["", "VersionTLS12", "VersionTLS13"].contains(&version.as_ref());
        (!sound).then(|| {
            format!(
                "tlsMinVersion {}, which has been retired; set it to VersionTLS12 or VersionTLS13",
                shown(version)
            )
        })
    })
}
