//! A label on a `ClusterRole` adds its rules to `view`, `edit` or `admin`, and to everybody who holds those.

use assay_inventory::access::holds;
use assay_inventory::view::{PolicyRule, Role};

use crate::granted::brief;
use crate::power::{self, contains};
use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation, platform};

pub(super) const RULE: Rule = Rule::new(&[], Judge::Role(judge));

fn judge(role: &Role, _cx: &Cx<'_>) -> Judgement {
    let widens = |target: &&str| {
        let label = format!("rbac.authorization.k8s.io/aggregate-to-{target}");
        role.meta.labels.get(&label) == Some("true")
    };
    // The least of the roles it widens: what `view` gains is the most surprising.
    let target = ["view", "edit", "admin"].into_iter().find(widens);
    let Some(target) = target.filter(|_| role.meta.namespace.is_empty()) else {
        return Ok(Outcome::NotApplicable("is not aggregated into a built-in role"));
    };
    let known = platform::stock_rules(
        &role.meta.namespace,
        &assay_inventory::view::RoleRef {
            cluster: true,
            name: role.meta.name.clone(),
        },
    );
    let surprising = if target == "view" {
        more_than_reading
    } else {
        reaches_everything
    };
    let found: Vec<PolicyRule> = power::beyond(&role.rules, &known)
        .into_iter()
        .filter(surprising)
        .collect();
    if found.is_empty() {
        return Ok(Outcome::Pass);
    }
    Ok(Violation::fail(format!(
        "ClusterRole {}: metadata.labels[rbac.authorization.k8s.io/aggregate-to-{target}] adds {} to the built-in role {target}, so that everybody who holds {target} has it; take the label away, and bind the role to whom it is for",
        role.meta.name,
        brief(&found),
    )))
}

/// Whether a right does more than read, or reads Secrets, which `view` leaves out on purpose.
fn more_than_reading(rule: &PolicyRule) -> bool {
    const READ: [&str; 3] = ["get", "list", "watch"];
    let reads = rule
        .verbs
        .iter()
        .all(|verb| READ.contains(&verb.as_ref()));
    let secrets = holds(&rule.api_groups, "")
        && holds(&rule.resources, "secrets")
        && !rule.resources.is_empty();
    !reads || secrets
}

/// Whether a right is of every API group, of all core resources, or makes rights.
fn reaches_everything(rule: &PolicyRule) -> bool {
    let core = contains(&rule.api_groups, "") && contains(&rule.resources, "*");
    let rights = contains(&rule.verbs, "escalate") || contains(&rule.verbs, "bind");
    contains(&rule.api_groups, "*") || core || rights
}
