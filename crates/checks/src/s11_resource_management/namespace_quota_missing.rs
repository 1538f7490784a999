//! Limits bound one pod, a quota bounds how many there can be.

use assay_inventory::Relation;
use assay_inventory::view::Namespace;

use crate::judging::in_pod;
use crate::resources::{capped, caps_cpu};
use crate::{Cx, Detail, Judge, Judgement, Outcome, Rule, Violation};

pub(super) const RULE: Rule = Rule::new(&[Relation::Quotas], Judge::Namespace(judge));

/// Namespaces in which a quota would hinder Kubernetes itself, or count nothing.
const EXEMPT: [(&str, &str); 3] = [
    (
        "kube-system",
        "a quota here can keep the cluster's own pods from starting",
    ),
    (
        "kube-public",
        "a namespace of Kubernetes itself that holds no pods",
    ),
    (
        "kube-node-lease",
        "a namespace of Kubernetes itself that holds no pods",
    ),
];

fn judge(namespace: &Namespace, cx: &Cx<'_>) -> Judgement {
    let name = &namespace.meta.name;
    if namespace.terminating {
        return Ok(Outcome::NotApplicable("is being deleted"));
    }
    if let Some((_, reason)) = EXEMPT.iter().find(|(exempt, _)| *exempt == name.as_ref()) {
        return Ok(Outcome::NotApplicable(reason));
    }
    let quotas = cx.quotas(name)?;
    let capped = capped(&quotas);
    let wanted = [
        ("limits.memory", capped.contains("limits.memory")),
        ("limits.cpu or requests.cpu", caps_cpu(&capped)),
        (
            "pods",
            capped.contains("pods") || capped.contains("count/pods"),
        ),
    ];
    let missing: Vec<&str> = wanted
        .iter()
        .filter_map(|(key, is_capped)| (!is_capped).then_some(*key))
        .collect();
    if missing.is_empty() {
        return Ok(Outcome::Pass);
    }
    let details: Vec<Detail> = missing
        .iter()
        .map(|key| in_pod(format!("spec.hard[{key}]"), "in no ResourceQuota"))
        .collect();
    Ok(Outcome::Fail(Box::new(Violation {
        details,
        ..Violation::new(format!(
            "Namespace {name}: no ResourceQuota without scopes caps {}; add one with these keys under spec.hard",
            missing.join(", "),
        ))
    })))
}
