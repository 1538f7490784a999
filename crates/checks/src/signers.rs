//! Who may have certificates made by the cluster's own signers: what 1.3 and 2.1 judge.

use std::collections::BTreeSet;

use assay_inventory::access::reaches;
use assay_inventory::view::{PolicyRule, makes_logins};

use crate::Severity;
use crate::escalation::Held;
use crate::power::{self, Extent};

/// API group of requests and signers.
pub(crate) const GROUP: &str = "certificates.k8s.io";

/// Signers of the cluster itself that may be used: admission asks for the verb on the signer by name, or by its domain
/// and `/*`. Certificates of other signers mean nothing to the API server.
pub(crate) fn signers(rules: &[PolicyRule]) -> Vec<Held> {
    let mut held = Vec::new();
    for verb in ["approve", "sign", "attest"] {
        let of_verb = rules
            .iter()
            .filter(|rule| reaches(rule, verb, GROUP, "signers"));
        if power::extent(rules, verb, GROUP, "signers") == Some(Extent::All) {
            held.push(Held {
                severity: Severity::High,
                resource: "every signer".to_owned(),
                verbs: vec![verb],
            });
            continue;
        }
        let usable: BTreeSet<&str> = of_verb
            .flat_map(|rule| &rule.resource_names)
            .map(AsRef::as_ref)
            .filter(|name| name.starts_with("kubernetes.io/"))
            .collect();
        held.extend(usable.into_iter().map(|name| Held {
            severity: if name == "kubernetes.io/*" || makes_logins(name) {
                Severity::High
            } else {
                Severity::Medium
            },
            resource: format!("signers[{name}]"),
            verbs: vec![verb],
        }));
    }
    held
}
