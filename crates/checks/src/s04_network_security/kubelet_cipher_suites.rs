//! A suite that is offered is one that a caller can be talked into.

use assay_inventory::view::Node;
use assay_inventory::Relation;

use crate::judging::shown;
use crate::kubelet::configured;
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(&[Relation::KubeletConfig], Judge::Node(judge));

fn judge(node: &Node, cx: &Cx<'_>) -> Judgement {
    configured(node, cx, |config| {
        if config.tls_min_version.as_ref() == "VersionTLS13" {
            return None;
        }
        let suites = config.tls_cipher_suites.iter().map(AsRef::as_ref);
        let weak: Vec<&str> = suites.filter(|suite| is_weak(suite)).collect();
        (!weak.is_empty()).then(|| {
            format!(
                "{} in tlsCipherSuites, which is weak; take it out",
                shown(&weak.join(", "))
            )
        })
    })
}

/// Whether a suite, named as Go names it, exchanges keys by RSA alone or uses CBC, 3DES or RC4.
fn is_weak(suite: &str) -> bool {
    suite.starts_with("TLS_RSA_") || ["_CBC_", "_3DES_", "_RC4_"].iter().any(|part| suite.contains(part))
}
