//! On clouds `system:authenticated` may be every account holder there is.

use assay_inventory::Relation;
use assay_inventory::view::{Binding, RbacSubject, SubjectKind};

use crate::granted::{self, Effect};
use crate::{Cx, Judge, Judgement, Outcome, Rule, Severity, Violation};
use crate::{platform, power};

pub(super) const RULE: Rule = Rule::new(&[Relation::Role], Judge::Binding(judge));

fn judge(binding: &Binding, cx: &Cx<'_>) -> Judgement {
    if !binding.subjects.iter().any(is_everybody) {
        return Ok(Outcome::Pass);
    }
    let title = granted::title(binding);
    let role = &binding.role.name;
    let fix = "bind a group whose members your identity provider keeps";
    Ok(match granted::effect(binding, cx)? {
        Effect::Nothing(fact) => Outcome::NotApplicable(fact),
        _ if granted::is_cluster_admin(binding) => {
            Outcome::NotApplicable("reported by cluster-admin-binding")
        }
        Effect::Dangling => Outcome::Fail(Box::new(Violation {
            severity: Some(Severity::Medium),
            ..Violation::new(format!(
                "{title}: subjects names Group system:authenticated, and roleRef {role}, which whoever creates it gives to everybody; {fix}",
            ))
        })),
        Effect::Rules(rules) if rules.iter().any(power::is_everything) => {
            Outcome::NotApplicable("reported by cluster-admin-binding")
        }
        Effect::Rules(rules) if platform::is_discovery(&rules) => Outcome::Pass,
        Effect::Rules(rules) => Violation::fail(format!(
            "{title}: subjects names Group system:authenticated, so roleRef {role} gives everybody {} {}; {fix}",
            granted::brief(&rules),
            granted::reach(binding),
        )),
    })
}

fn is_everybody(subject: &RbacSubject) -> bool {
    subject.kind == SubjectKind::Group && subject.name.as_ref() == "system:authenticated"
}
