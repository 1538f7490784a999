//! `system:masters` passes without any binding: one that names it treats it as a group like others, or hides who else
//! the stock binding was given to.

use assay_inventory::view::{Binding, RbacSubject, SubjectKind};

use crate::{Cx, Judge, Judgement, Outcome, Rule, Severity, Violation};
use crate::{granted, platform};

pub(super) const RULE: Rule = Rule::new(&[], Judge::Binding(judge));

fn judge(binding: &Binding, _cx: &Cx<'_>) -> Judgement {
    if let Some(stock) = platform::stock_binding(binding) {
        return Ok(Outcome::NotApplicable(stock.reason));
    }
    let title = granted::title(binding);
    if is_stock_name(binding) {
        let added: Vec<&RbacSubject> = binding
            .subjects
            .iter()
            .filter(|subject| !is_masters(subject))
            .collect();
        if added.is_empty() {
            return Ok(Outcome::Pass);
        }
        return Ok(Outcome::Fail(Box::new(Violation {
            severity: Some(Severity::Critical),
            ..Violation::new(format!(
                "{title}: subjects of the stock binding now hold {}; take out all but Group system:masters",
                granted::names(&added),
            ))
        })));
    }
    Ok(if binding.subjects.iter().any(is_masters) {
        Violation::fail(format!(
            "{title}: subjects names Group system:masters, which needs no binding and heeds none; bind a group whose members your identity provider keeps",
        ))
    } else {
        Outcome::Pass
    })
}

/// The `ClusterRoleBinding` that Kubernetes keeps for `system:masters`.
fn is_stock_name(binding: &Binding) -> bool {
    binding.meta.namespace.is_empty() && binding.meta.name.as_ref() == "cluster-admin"
}

fn is_masters(subject: &RbacSubject) -> bool {
    subject.kind == SubjectKind::Group && subject.name.as_ref() == "system:masters"
}
