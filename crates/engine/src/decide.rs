//! From the states of its checks to the verdict of a control, in the order of the contract.

use assay_catalog::{Control, PROVIDER_PART, StatementPart};
use assay_checks::CheckKind;
use assay_inventory::{Class, Reason, SubjectKind};

use crate::{Basis, CheckState, CheckStatus, Statements, Verdict};

/// The section that asks whether the cardholder data environment is kept apart from the rest.
pub(crate) const SEGMENTATION: u8 = 16;

/// The verdict of a control from its checks, in the order of the contract, and why where that needs saying.
pub(crate) fn decide(
    control: &'static Control,
    checks: &[CheckState],
    scope_undeclared: Option<String>,
    stated: &Statements,
) -> (Verdict, Option<(&'static str, String)>) {
    let requirements = || {
        checks
            .iter()
            .filter(|check| check.kind == CheckKind::Requirement)
    };
    let failing: Vec<&str> = requirements()
        .filter(|check| check.status == CheckStatus::Fail)
        .map(|check| check.id)
        .collect();
    if !failing.is_empty() {
        let why = format!("open findings of {}", failing.join(", "));
        return (Verdict::NotMet, Some(("OpenFindings", why)));
    }
    if let Some(why) = scope_undeclared {
        let reason = Reason::ScopeNotDeclared.as_str();
        return (Verdict::Unknown, Some((reason, why)));
    }
    let hidden = |check: &CheckState| {
        let reason = check.blind.as_ref().map(|blind| blind.reason);
        check.status == CheckStatus::Unknown && reason == Some(Reason::ProviderHidden)
    };
    let unseen = |check: &&CheckState| check.status == CheckStatus::Unknown && !hidden(check);
    if let Some(check) = requirements().find(unseen) {
        let (reason, message) = check.blind.as_ref().map_or_else(
            || (Reason::FirstPass, "not judged yet".to_owned()),
            |blind| (blind.reason, blind.message.to_string()),
        );
        let why = format!("{}: {message}", check.id);
        return (Verdict::Unknown, Some((reason.as_str(), why)));
    }
    if !requirements().any(is_of_this_cluster) {
        let why = "no requirement of this version of Assay judges it".to_owned();
        return (Verdict::Unknown, Some((Reason::NotYetJudged.as_str(), why)));
    }
    if let Some(parts) = assay_checks::pending(control.id) {
        let why = format!("this version of Assay does not judge yet: {parts}");
        return (Verdict::Unknown, Some((Reason::NotYetJudged.as_str(), why)));
    }
    // What the provider alone can tell is asked for like any other statement.
    if let Some(blind) = requirements()
        .filter(|check| hidden(check))
        .find_map(|check| check.blind.as_ref())
    {
        if stated.blind.is_none() && stated.on(control.id, &PROVIDER_PART).is_none() {
            let why = (Reason::ProviderHidden.as_str(), blind.message.to_string());
            return (Verdict::NeedsEvidence, Some(why));
        }
        if let Some(blind) = &stated.blind {
            let why = Some((blind.reason.as_str(), blind.message.to_string()));
            return (Verdict::Unknown, why);
        }
    }
    if !control.statements.is_empty() {
        return by_statements(control, stated);
    }
    let mut own = requirements().filter(|check| is_of_this_cluster(check));
    if own.all(|check| check.status == CheckStatus::NotApplicable) {
        return (Verdict::NotApplicable, None);
    }
    (Verdict::Met, None)
}

/// Whether a check tells of this cluster. Objects by which clusters are made most often tell of others: they can be wrong,
/// and vouch for nothing here.
fn is_of_this_cluster(check: &CheckState) -> bool {
    let check = assay_checks::find(check.id);
    let kind = check.map(|check| check.rule.judge.subject_kind());
    kind != Some(SubjectKind::ThirdParty(Class::ClusterDescription))
}

/// The parts of a control that need a statement and have none that counts.
pub(crate) fn missing<'a>(
    control: &'static Control,
    stated: &'a Statements,
) -> impl Iterator<Item = &'static StatementPart> + use<'a> {
    let parts = control.statements.iter();
    parts.filter(|part| stated.on(control.id, part).is_none())
}

/// The verdict of a control of which all that can be observed is in order, and parts of which a person has to state.
pub(crate) fn by_statements(
    control: &'static Control,
    stated: &Statements,
) -> (Verdict, Option<(&'static str, String)>) {
    if let Some(blind) = &stated.blind {
        let why = Some((blind.reason.as_str(), blind.message.to_string()));
        return (Verdict::Unknown, why);
    }
    let lacking: Vec<String> = missing(control, stated)
        .map(|part| match stated.over(control.id, part) {
            Some(name) => format!("{} (ComplianceStatement {name} has run out)", part.id),
            None => part.id.to_owned(),
        })
        .collect();
    if !lacking.is_empty() {
        let why = format!("needs a statement on {}", lacking.join(", "));
        return (Verdict::NeedsEvidence, Some(("NoStatement", why)));
    }
    let parts = control.statements.iter();
    let vouched: Vec<String> = parts
        .filter_map(|part| Some((part, stated.on(control.id, part)?)))
        .map(|(part, name)| format!("{} by ComplianceStatement {name}", part.id))
        .collect();
    let why = format!("stated: {}", vouched.join(", "));
    (Verdict::Met, Some(("Stated", why)))
}

/// What a verdict rests on: a finding is observed, whatever anybody states beside it.
pub(crate) fn basis(
    control: &'static Control,
    verdict: Verdict,
    checks: &[CheckState],
    stated: &Statements,
) -> Basis {
    let mut parts = control.statements.iter().chain([&PROVIDER_PART]);
    let is_stated = parts.any(|part| stated.on(control.id, part).is_some());
    let counts = matches!(verdict, Verdict::NeedsEvidence | Verdict::Met);
    let is_observed = checks.iter().any(|check| {
        check.kind == CheckKind::Requirement
            && check.status == CheckStatus::Pass
            && is_of_this_cluster(check)
    });
    match (is_stated && counts, is_observed) {
        (false, _) => Basis::Observed,
        (true, true) => Basis::Mixed,
        (true, false) => Basis::Stated,
    }
}

#[cfg(test)]
mod tests {
    use assay_catalog::ControlId;
    use assay_checks::Severity;
    use assay_inventory::Blind;

    use super::*;
    use crate::Counts;

    fn check(id: &'static str, kind: CheckKind, reason: Option<Reason>) -> CheckState {
        CheckState {
            id,
            version: 1,
            kind,
            severity: Severity::High,
            status: reason.map_or(CheckStatus::Pass, |_| CheckStatus::Unknown),
            counts: Counts::default(),
            blind: reason.map(|reason| Blind::new(reason, "what to do")),
        }
    }

    fn verdict(control: ControlId, checks: &[CheckState]) -> (Verdict, Option<&'static str>) {
        let (_, control) = assay_catalog::control(control).unwrap();
        let (verdict, why) = decide(control, checks, None, &Statements::default());
        (verdict, why.map(|(reason, _)| reason))
    }

    #[test]
    fn what_only_the_provider_can_tell_needs_evidence_and_any_other_blindness_is_unknown() {
        use CheckKind::{Advisory, Requirement};
        let complete = ControlId::new(16, 4);
        assert_eq!(assay_checks::pending(complete), None);
        let pass = || check("a", Requirement, None);
        let hidden = || check("b", Requirement, Some(Reason::ProviderHidden));
        let forbidden = |kind| check("c", kind, Some(Reason::Forbidden));
        let needs = (Verdict::NeedsEvidence, Some("ProviderHidden"));
        assert_eq!(verdict(complete, &[pass(), hidden()]), needs);
        assert_eq!(
            verdict(complete, &[hidden(), forbidden(Advisory)]),
            needs,
            "an advisory decides nothing"
        );
        assert_eq!(
            verdict(complete, &[hidden(), forbidden(Requirement)]),
            (Verdict::Unknown, Some("Forbidden"))
        );
        let unfinished = ControlId::new(2, 1);
        assert!(assay_checks::pending(unfinished).is_some());
        assert_eq!(
            verdict(unfinished, &[hidden()]),
            (Verdict::Unknown, Some("NotYetJudged"))
        );
    }

    #[test]
    fn what_objects_say_of_other_clusters_vouches_for_nothing_here() {
        let other = || check("described-cluster-exposed", CheckKind::Requirement, None);
        let complete = ControlId::new(16, 4);
        assert_eq!(assay_checks::pending(complete), None);
        assert_eq!(
            verdict(complete, &[other()]),
            (Verdict::Unknown, Some("NotYetJudged"))
        );
        let blind = check(
            "described-cluster-exposed",
            CheckKind::Requirement,
            Some(Reason::Forbidden),
        );
        assert_eq!(
            verdict(complete, &[check("a", CheckKind::Requirement, None), blind]),
            (Verdict::Unknown, Some("Forbidden"))
        );
    }

    /// Of 2.3 a check reads statements as well; of most controls none does.
    #[test]
    fn what_nobody_can_see_is_not_missing() {
        let (_, control) = assay_catalog::controls()
            .find(|(_, control)| !control.statements.is_empty())
            .unwrap();
        let unseen = Statements {
            blind: Some(Blind::new(Reason::Forbidden, "may not list them")),
            ..Statements::default()
        };
        let told = Some(("Forbidden", "may not list them".to_owned()));
        assert_eq!(by_statements(control, &unseen), (Verdict::Unknown, told));
        let (verdict, _) = by_statements(control, &Statements::default());
        assert_eq!(verdict, Verdict::NeedsEvidence);
    }
}
