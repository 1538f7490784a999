//! Who may impersonate acts with somebody else's rights, and the audit log's first line names the other.

use std::collections::BTreeSet;

use assay_inventory::Relation;
use assay_inventory::view::{Binding, PolicyRule};

use crate::escalation::{Deed, Escalation, Held, Weight};
use crate::granted::granted;
use crate::power;
use crate::{Cx, Judge, Judgement, Outcome, Rule, Severity};

pub(super) const RULE: Rule = Rule::new(&[Relation::Role], Judge::Binding(judge));

const AUTHENTICATION: &str = "authentication.k8s.io";
const HIGH: Weight = Weight::of(Severity::High).even_named(Severity::Medium);
const MEDIUM: Weight = Weight::of(Severity::Medium).even_named(Severity::Medium);
const ACCOUNTS: Weight = Weight::of(Severity::Medium).grave_in_system();

/// Since 1.36 a requester may be held to some verbs while it impersonates: `impersonate:<mode>` says whom, and
/// `impersonate-on:<mode>:<verb>`, which gives nothing by itself, what for.
pub(super) const ESCALATION: Escalation = Escalation {
    deeds: &[
        Deed {
            verbs: &["impersonate"],
            group: "",
            resources: &["users", "groups"],
            cluster: HIGH,
            namespace: Weight::NONE,
        },
        Deed {
            verbs: &["impersonate"],
            group: "",
            resources: &["serviceaccounts"],
            cluster: HIGH,
            namespace: ACCOUNTS,
        },
        Deed {
            verbs: &["impersonate"],
            group: AUTHENTICATION,
            resources: &["uids"],
            cluster: MEDIUM,
            namespace: Weight::NONE,
        },
        Deed {
            verbs: &["impersonate:user-info"],
            group: AUTHENTICATION,
            resources: &["users", "groups", "uids"],
            cluster: MEDIUM,
            namespace: Weight::NONE,
        },
        Deed {
            verbs: &["impersonate:serviceaccount"],
            group: AUTHENTICATION,
            resources: &["serviceaccounts"],
            cluster: MEDIUM,
            namespace: ACCOUNTS,
        },
        Deed {
            verbs: &["impersonate:arbitrary-node", "impersonate:associated-node"],
            group: AUTHENTICATION,
            resources: &["nodes"],
            cluster: MEDIUM,
            namespace: Weight::NONE,
        },
    ],
    does: "act as somebody else",
    fix: "give it the rights it needs in its own name, or name in resourceNames the few identities it may take, none of kube-system",
};

fn judge(binding: &Binding, cx: &Cx<'_>) -> Judgement {
    let granted = match granted(binding, cx)? {
        Ok(granted) => granted,
        Err(fact) => return Ok(Outcome::NotApplicable(fact)),
    };
    let mut held = ESCALATION.held(binding, &granted.rules);
    if binding.meta.namespace.is_empty() {
        held.extend(extras(&granted.rules));
    }
    Ok(ESCALATION.outcome(binding, &granted, held))
}

/// Fields of `user.extra` that may be set, each a subresource of its own: `userextras/scopes`.
fn extras(rules: &[PolicyRule]) -> Vec<Held> {
    const VERBS: [&str; 2] = ["impersonate", "impersonate:user-info"];
    let named: BTreeSet<&str> = rules
        .iter()
        .flat_map(|rule| &rule.resources)
        .map(AsRef::as_ref)
        .filter(|resource| resource.starts_with("userextras/"))
        .collect();
    let resources = named.into_iter().filter_map(|resource| {
        let verbs = VERBS.into_iter();
        let verbs: Vec<&str> = verbs
            .filter(|verb| power::extent(rules, verb, AUTHENTICATION, resource).is_some())
            .collect();
        (!verbs.is_empty()).then(|| Held {
            severity: Severity::Medium,
            resource: resource.to_owned(),
            verbs,
        })
    });
    resources.collect()
}
