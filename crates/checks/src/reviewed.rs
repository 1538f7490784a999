//! What authorizers allow callers without a name: shared by the checks of strangers and of everybody.

use assay_inventory::{AccessAnswer, Authorizer, Blind, Deed, Reason, Said};

use crate::{Detail, Judgement, Outcome, Violation};

/// Judges the answers about some caller, those to `passed_over` aside; `fix` says what to do about them, whoever allows it.
pub(crate) fn judge(
    answers: &[AccessAnswer],
    passed_over: &[Deed],
    who: &str,
    fix: &str,
) -> Judgement {
    judge_by_authorizer(answers, passed_over, who, fix, fix)
}

/// The same, with what to do about what RBAC allows, and about what another authorizer does.
pub(crate) fn judge_by_authorizer(
    answers: &[AccessAnswer],
    passed_over: &[Deed],
    who: &str,
    fix_rbac: &str,
    fix_other: &str,
) -> Judgement {
    let answers = || {
        let judged = answers.iter();
        judged.filter(|answer| !passed_over.contains(&answer.deed))
    };
    let mut details = Vec::new();
    let mut allowed = Vec::new();
    let mut fixes = Vec::new();
    for (authorizer, name, fix) in [
        (Authorizer::Rbac, "RBAC", fix_rbac),
        (Authorizer::Other, "an authorizer beside RBAC", fix_other),
    ] {
        let by = answers().filter(|answer| answer.said == Said::Allowed(authorizer));
        let deeds: Vec<String> = by.map(|answer| answer.deed.to_string()).collect();
        if !deeds.is_empty() {
            allowed.push(format!("{} ({name} allows it)", deeds.join(", ")));
            fixes.push(fix);
        }
        details.extend(deeds.into_iter().map(|deed| Detail {
            container: "".into(),
            field: deed,
            value: format!("allowed by {name}"),
        }));
    }
    if !allowed.is_empty() {
        fixes.dedup();
        let (allowed, fixes) = (allowed.join(" and "), fixes.join("; "));
        let message = format!("API server: {who} may {allowed}; {fixes}");
        return Ok(Outcome::Fail(Box::new(Violation {
            details,
            ..Violation::new(message)
        })));
    }
    // An authorizer that failed may allow it another time.
    let failed = answers().find(|answer| answer.said == Said::Failed);
    failed.map_or(Ok(Outcome::Pass), |answer| {
        Err(Blind::new(
            Reason::Unreachable,
            format!(
                "an authorizer of the API server failed when asked whether {who} may {}; see to it that its webhook answers",
                answer.deed
            ),
        ))
    })
}
