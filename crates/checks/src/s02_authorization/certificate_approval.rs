//! Who approves or signs certificates makes identities that nobody can take back.

use std::collections::BTreeSet;

use assay_inventory::Relation;
use assay_inventory::view::{Binding, PolicyRule};

use crate::escalation::{Escalation, Held};
use crate::granted::granted;
use crate::power::{self, Extent};
use crate::{Cx, Judge, Judgement, Outcome, Rule, Severity};

pub(super) const RULE: Rule = Rule::new(&[Relation::Role], Judge::Binding(judge));

const GROUP: &str = "certificates.k8s.io";

const ESCALATION: Escalation = Escalation {
    deeds: &[],
    does: "make certificates that the cluster trusts",
    fix: "leave approval to the cluster's own controllers; name a signer of your own in resourceNames where one is needed",
};

fn judge(binding: &Binding, cx: &Cx<'_>) -> Judgement {
    if !binding.meta.namespace.is_empty() {
        return Ok(Outcome::NotApplicable(
            "signers are cluster-scoped, which no RoleBinding reaches",
        ));
    }
    let granted = match granted(binding, cx)? {
        Ok(granted) => granted,
        Err(fact) => return Ok(Outcome::NotApplicable(fact)),
    };
    let mut held = signers(&granted.rules);
    held.extend(approval(&granted.rules));
    Ok(ESCALATION.outcome(binding, &granted, held))
}

/// Signers of the cluster itself that may be used: admission asks for the verb on the signer by name, or by its domain
/// and `/*`. Certificates of other signers mean nothing to the API server.
fn signers(rules: &[PolicyRule]) -> Vec<Held> {
    let names: BTreeSet<&str> = rules
        .iter()
        .flat_map(|rule| &rule.resource_names)
        .map(AsRef::as_ref)
        .filter(|name| name.starts_with("kubernetes.io/"))
        .collect();
    let mut held = Vec::new();
    for verb in ["approve", "sign", "attest"] {
        if power::extent(rules, verb, GROUP, "signers") == Some(Extent::All) {
            held.push(Held {
                severity: Severity::High,
                resource: "every signer".to_owned(),
                verbs: vec![verb],
            });
            continue;
        }
        let usable = names
            .iter()
            .filter(|name| power::grants(rules, verb, GROUP, "signers", Some(name)));
        held.extend(usable.map(|name| Held {
            severity: if makes_clients(name) {
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

/// Whether the API server takes the signer's certificates for a login.
fn makes_clients(signer: &str) -> bool {
    matches!(
        signer,
        "kubernetes.io/*"
            | "kubernetes.io/kube-apiserver-client"
            | "kubernetes.io/kube-apiserver-client-kubelet"
            | "kubernetes.io/legacy-unknown"
    )
}

/// The subresource of approval, where no rule beside it says for which signers: one verb is all it lacks.
fn approval(rules: &[PolicyRule]) -> Option<Held> {
    const RESOURCE: &str = "certificatesigningrequests/approval";
    if power::extent(rules, "approve", GROUP, "signers").is_some() {
        return None;
    }
    let verbs: Vec<&str> = ["update", "patch"]
        .into_iter()
        .filter(|verb| power::extent(rules, verb, GROUP, RESOURCE).is_some())
        .collect();
    (!verbs.is_empty()).then(|| Held {
        severity: Severity::Medium,
        resource: RESOURCE.to_owned(),
        verbs,
    })
}
