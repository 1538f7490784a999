//! What authorizers allow callers without a name: shared by the checks of strangers and of everybody.

use assay_inventory::{AccessAnswer, Blind, Deed, Reason, Said};

use crate::judging::shown;
use crate::{Detail, Judgement, Outcome, Violation};

/// Judges the answers about some caller, those to `passed_over` aside.
pub(crate) fn judge(
    answers: &[AccessAnswer],
    passed_over: &[Deed],
    who: &str,
    fix: &str,
) -> Judgement {
    let answers = answers
        .iter()
        .filter(|answer| !passed_over.contains(&answer.deed));
    let mut details = Vec::new();
    let mut failed = None;
    for answer in answers {
        match &answer.said {
            Said::Allowed(reason) => details.push(Detail {
                container: "".into(),
                field: answer.deed.to_string(),
                value: if reason.is_empty() {
                    "allowed, and the authorizer does not say why".to_owned()
                } else {
                    format!("allowed: {}", shown(reason))
                },
            }),
            Said::Failed(error) => {
                failed.get_or_insert_with(|| {
                    Blind::new(
                        Reason::Unreachable,
                        format!(
                            "an authorizer of the API server failed when asked whether {who} may {}: {}; see to it that its webhook answers",
                            answer.deed,
                            shown(error)
                        ),
                    )
                });
            }
            Said::Refused => {}
        }
    }
    let Some(first) = details.first() else {
        // An authorizer that failed may allow it another time.
        return failed.map_or(Ok(Outcome::Pass), Err);
    };
    let deeds: Vec<&str> = details.iter().map(|detail| detail.field.as_str()).collect();
    let message = format!(
        "API server: {who} may {} ({} is {}); {fix}",
        deeds.join(", "),
        first.field,
        first.value
    );
    Ok(Outcome::Fail(Box::new(Violation {
        details,
        ..Violation::new(message)
    })))
}
