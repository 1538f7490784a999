//! By leases of `kube-system` the control plane's components agree on who works: who writes them stops it.

use assay_inventory::Relation;
use assay_inventory::view::{Binding, PolicyRule};

use crate::escalation::{Escalation, Held, Scope};
use crate::granted::granted;
use crate::power::{self, Extent};
use crate::{Cx, Judge, Judgement, Outcome, Rule, Severity};

pub(super) const RULE: Rule = Rule::new(&[Relation::Role], Judge::Binding(judge));

/// A create alone takes no lease from its holder.
const VERBS: [&str; 4] = ["update", "patch", "delete", "deletecollection"];

/// Leases by which the control plane works; a role limited to other names is none of our business.
const LEADING: [&str; 3] = [
    "cloud-controller-manager",
    "kube-controller-manager",
    "kube-scheduler",
];

const ESCALATION: Escalation = Escalation {
    deeds: &[],
    does: "take the leases by which the control plane works",
    fix: "give it a Role in a namespace of its own, with its own lease in resourceNames",
};

fn judge(binding: &Binding, cx: &Cx<'_>) -> Judgement {
    if !Scope::of(binding).is_wide() {
        return Ok(Outcome::NotApplicable("does not reach kube-system"));
    }
    let granted = match granted(binding, cx)? {
        Ok(granted) => granted,
        Err(fact) => return Ok(Outcome::NotApplicable(fact)),
    };
    let held = held(&granted.rules);
    Ok(ESCALATION.outcome(binding, &granted, held))
}

fn held(rules: &[PolicyRule]) -> Vec<Held> {
    const GROUP: &str = "coordination.k8s.io";
    let on = |resource: String, reached: &dyn Fn(&str) -> bool| {
        let verbs: Vec<&str> = VERBS.into_iter().filter(|verb| reached(verb)).collect();
        (!verbs.is_empty()).then_some(Held {
            severity: Severity::Medium,
            resource,
            verbs,
        })
    };
    let all = on("leases".to_owned(), &|verb| {
        power::extent(rules, verb, GROUP, "leases") == Some(Extent::All)
    });
    if let Some(all) = all {
        return vec![all];
    }
    let named = LEADING.into_iter().filter_map(|name| {
        on(format!("leases[{name}]"), &|verb| {
            verb != "deletecollection" && power::grants(rules, verb, GROUP, "leases", Some(name))
        })
    });
    named.collect()
}
