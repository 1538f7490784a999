//! Every pod that names no `ServiceAccount` has the default one: what it is granted, all of them hold.

use assay_inventory::Relation;
use assay_inventory::view::Binding;

use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation};
use crate::{granted, platform};

pub(super) const RULE: Rule = Rule::new(&[Relation::Namespace], Judge::Binding(judge));

fn judge(binding: &Binding, cx: &Cx<'_>) -> Judgement {
    let subjects = binding.subjects.iter();
    let namespaces: Vec<&str> = subjects
        .filter_map(platform::service_account)
        .filter(|(_, name)| *name == "default")
        .map(|(namespace, _)| namespace)
        .collect();
    let Some(first) = namespaces.first() else {
        return Ok(Outcome::Pass);
    };
    let own = &binding.meta.namespace;
    if !own.is_empty() && cx.is_terminating(own)? {
        return Ok(Outcome::NotApplicable("its namespace is being deleted"));
    }
    // By its two spellings, a binding may name the same account twice.
    let more = if namespaces.iter().any(|namespace| namespace != first) {
        " and of others"
    } else {
        ""
    };
    Ok(Violation::fail(format!(
        "{}: subjects names ServiceAccount default of namespace {first}{more}, so every pod there without an account of its own holds roleRef {} {}; make a ServiceAccount for the workload that needs it and name that",
        granted::title(binding),
        binding.role.name,
        granted::reach(binding),
    )))
}
