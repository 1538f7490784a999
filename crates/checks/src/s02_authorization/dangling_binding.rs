//! A binding to a role or a `ServiceAccount` that is not there waits for whoever creates it.

use assay_inventory::view::{Binding, RbacSubject};
use assay_inventory::{Blind, ObjectKey, Relation};

use crate::judging::shown;
use crate::{Cx, Detail, Judge, Judgement, Outcome, Rule, Violation};
use crate::{granted, platform};

pub(super) const RULE: Rule = Rule::new(
    &[
        Relation::Role,
        Relation::ServiceAccount,
        Relation::Namespace,
    ],
    Judge::Binding(judge),
);

fn judge(binding: &Binding, cx: &Cx<'_>) -> Judgement {
    if binding.subjects.is_empty() {
        return Ok(Outcome::NotApplicable("grants to nobody"));
    }
    // Kubernetes binds accounts of controllers that some clusters do not run.
    let stock = platform::stock_binding(binding);
    if let Some(stock) = stock {
        return Ok(Outcome::NotApplicable(stock.reason));
    }
    let namespace = &binding.meta.namespace;
    if !namespace.is_empty() && cx.is_terminating(namespace)? {
        return Ok(Outcome::NotApplicable("its namespace is being deleted"));
    }
    let mut missing = Vec::new();
    if cx.role(namespace, &binding.role)?.is_none() {
        let kind = if binding.role.cluster {
            "ClusterRole"
        } else {
            "Role"
        };
        missing.push(detail("roleRef", format!("{kind} {}", binding.role.name)));
    }
    for subject in &binding.subjects {
        if is_missing(subject, cx)? {
            missing.push(detail("subjects", shown(&subject.to_string())));
        }
    }
    let Some(first) = missing.first() else {
        return Ok(Outcome::Pass);
    };
    let more = if missing.len() > 1 {
        " and more, see details,"
    } else {
        ""
    };
    Ok(Outcome::Fail(Box::new(Violation {
        message: format!(
            "{}: {} names {}, which does not exist{more}; delete the binding, or create what it names",
            granted::title(binding),
            first.field,
            first.value,
        ),
        details: missing,
        ..Violation::new("")
    })))
}

/// Whether the subject is a `ServiceAccount`, by either spelling, that is not there.
fn is_missing(subject: &RbacSubject, cx: &Cx<'_>) -> Result<bool, Blind> {
    let Some((namespace, name)) = platform::service_account(subject) else {
        return Ok(false);
    };
    // A namespace has its default account as soon as it has pods.
    if name == "default" {
        return Ok(cx.namespace(&namespace.into())?.is_none());
    }
    let account = cx.service_account(&ObjectKey::new(namespace, name))?;
    Ok(account.is_none())
}

fn detail(field: &str, value: String) -> Detail {
    Detail {
        container: "".into(),
        field: field.to_owned(),
        value,
    }
}
