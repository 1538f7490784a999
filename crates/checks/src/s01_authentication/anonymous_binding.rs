//! A binding that names callers without credentials opens the API to the network.

use assay_inventory::Relation;
use assay_inventory::view::{Binding, RbacSubject};

use crate::granted::{self, Effect};
use crate::{Cx, Judge, Judgement, Outcome, Rule, Severity, Violation};
use crate::{platform, power};

pub(super) const RULE: Rule = Rule::new(&[Relation::Role], Judge::Binding(judge));

fn judge(binding: &Binding, cx: &Cx<'_>) -> Judgement {
    let strangers: Vec<&RbacSubject> = binding
        .subjects
        .iter()
        .filter(|subject| platform::is_anonymous(subject))
        .collect();
    if strangers.is_empty() {
        return Ok(Outcome::Pass);
    }
    // One step from it: what grants nothing as it stands.
    let later = Some(Severity::High);
    let (severity, allows) = match granted::effect(binding, cx) {
        Ok(Effect::Nothing(fact)) => return Ok(Outcome::NotApplicable(fact)),
        Ok(Effect::Dangling) if platform::CLUSTER_INFO.is(binding) => {
            return Ok(Outcome::NotApplicable("reported by cluster-info-public"));
        }
        Ok(Effect::Dangling) => (
            later,
            "whatever is put into that role once it exists".to_owned(),
        ),
        Ok(Effect::Rules(rules)) => {
            let mut rules = rules.into_owned();
            if platform::CLUSTER_INFO.is(binding) {
                let known = platform::stock_rules(&binding.meta.namespace, &binding.role);
                rules = power::beyond(&rules, &known);
                if rules.is_empty() {
                    return Ok(Outcome::NotApplicable("reported by cluster-info-public"));
                }
            }
            if rules.is_empty() {
                (
                    later,
                    "nothing yet, but whatever is added to that role,".to_owned(),
                )
            } else {
                (None, granted::brief(&rules))
            }
        }
        // Of a binding that may be as Kubernetes ships it, its role decides.
        Err(blind) if is_shipped(binding) => return Err(blind),
        Err(_) => (None, "what that role holds".to_owned()),
    };
    Ok(Outcome::Fail(Box::new(Violation {
        severity,
        ..Violation::new(format!(
            "{}: subjects names {}, so roleRef {} gives callers without credentials {allows} {}; take them out of subjects",
            granted::title(binding),
            granted::names(&strangers),
            binding.role.name,
            granted::reach(binding),
        ))
    })))
}

fn is_shipped(binding: &Binding) -> bool {
    platform::stock_binding(binding).is_some() || platform::CLUSTER_INFO.is(binding)
}
