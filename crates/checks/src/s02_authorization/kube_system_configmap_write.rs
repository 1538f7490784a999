//! `ConfigMaps` of `kube-system` steer DNS, the service network, kubelets and, on some clouds, who is an administrator.

use assay_inventory::Relation;
use assay_inventory::view::{Binding, PolicyRule};

use crate::escalation::{Escalation, Held, Scope};
use crate::granted::granted;
use crate::power::{self, Extent};
use crate::{Cx, Judge, Judgement, Outcome, Rule, Severity};

pub(super) const RULE: Rule = Rule::new(&[Relation::Role], Judge::Binding(judge));

const VERBS: [&str; 5] = ["create", "update", "patch", "delete", "deletecollection"];

/// `ConfigMaps` that change what the whole cluster does; a role limited to other names is none of our business.
const STEERING: [&str; 9] = [
    "aws-auth",
    "calico-config",
    "cilium-config",
    "coredns",
    "coredns-custom",
    "extension-apiserver-authentication",
    "kube-proxy",
    "kubeadm-config",
    "kubelet-config",
];

const ESCALATION: Escalation = Escalation {
    deeds: &[],
    does: "rewrite how DNS, kube-proxy or logins work by ConfigMaps of kube-system",
    fix: "name the ConfigMaps it keeps in resourceNames of a Role, in a namespace of its own",
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
    let on = |resource: String, reached: &dyn Fn(&str) -> bool| {
        let verbs: Vec<&str> = VERBS.into_iter().filter(|verb| reached(verb)).collect();
        (!verbs.is_empty()).then_some(Held {
            severity: Severity::High,
            resource,
            verbs,
        })
    };
    let all = on("configmaps".to_owned(), &|verb| {
        power::extent(rules, verb, "", "configmaps") == Some(Extent::All)
    });
    if let Some(all) = all {
        return vec![all];
    }
    let named = STEERING.into_iter().filter_map(|name| {
        on(format!("configmaps[{name}]"), &|verb| {
            !matches!(verb, "create" | "deletecollection")
                && power::grants(rules, verb, "", "configmaps", Some(name))
        })
    });
    named.collect()
}
