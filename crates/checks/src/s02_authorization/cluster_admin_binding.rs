//! A binding that grants everything, by the name `cluster-admin` or by rules that amount to it.

use assay_inventory::view::{Binding, PolicyRule, RbacSubject};
use assay_inventory::{Identity, Relation};

use crate::platform;
use crate::{Cx, Judge, Judgement, Outcome, Rule, Severity, Violation};

pub(super) const RULE: Rule = Rule::new(&[Relation::Role], Judge::Binding(judge));

fn judge(binding: &Binding, cx: &Cx<'_>) -> Judgement {
    if binding.subjects.is_empty() {
        return Ok(Outcome::NotApplicable("grants to nobody"));
    }
    if let Some(reason) = platform::stock_binding(binding) {
        return Ok(Outcome::NotApplicable(reason));
    }
    let by_name = binding.role.cluster && binding.role.name.as_ref() == "cluster-admin";
    let everything = by_name
        || cx
            .role(&binding.meta.namespace, &binding.role)?
            .is_some_and(|role| role.rules.iter().any(is_everything));
    if !everything {
        return Ok(Outcome::Pass);
    }
    let holders: Vec<&RbacSubject> = binding
        .subjects
        .iter()
        .filter(|subject| !cx.params.break_glass.contains(&Identity::of(subject)))
        .collect();
    if holders.is_empty() {
        return Ok(Outcome::NotApplicable(
            "only break-glass identities of the profile hold it",
        ));
    }
    Ok(Outcome::Fail(Box::new(violation(binding, &holders))))
}

/// Every verb on every resource of every group, whatever the names.
fn is_everything(rule: &PolicyRule) -> bool {
    let star = |list: &[assay_inventory::view::Text]| list.iter().any(|item| item.as_ref() == "*");
    star(&rule.verbs)
        && star(&rule.api_groups)
        && star(&rule.resources)
        && rule.resource_names.is_empty()
}

fn violation(binding: &Binding, holders: &[&RbacSubject]) -> Violation {
    let (kind, reach) = if binding.meta.namespace.is_empty() {
        ("ClusterRoleBinding", "the whole cluster".to_owned())
    } else {
        (
            "RoleBinding",
            format!("namespace {}", binding.meta.namespace),
        )
    };
    let key = platform::binding_key(binding);
    let role = platform::role_name(binding);
    let names: Vec<String> = holders.iter().take(5).map(ToString::to_string).collect();
    let more = if holders.len() > 5 { " and others" } else { "" };
    let crowd = holders.iter().any(|subject| platform::is_crowd(subject));
    Violation {
        severity: Some(if crowd {
            Severity::Critical
        } else {
            Severity::High
        }),
        ..Violation::new(format!(
            "{kind} {key}: roleRef {role} gives {}{more} every right over {reach}; bind a role with the rules they use, or name them under spec.parameters.breakGlass of the profile",
            names.join(", "),
        ))
    }
}
