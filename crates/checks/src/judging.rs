//! What several checks share in judging a workload: everything it runs is walked, the worst counts.

use std::collections::BTreeSet;

use assay_inventory::view::{Container, PodSpec, Text};
use assay_inventory::{Variant, Workload};

use crate::{Detail, Outcome, Violation};

/// Judges each distinct thing a workload runs; details of all violations are gathered.
///
/// `judge` returns the places that violate. Windows pods, whose Linux fields mean nothing, are passed over where
/// `linux_only`.
pub(crate) fn variants(
    workload: &Workload,
    linux_only: bool,
    fix: &str,
    judge: impl Fn(&Variant<'_>) -> Vec<Detail>,
) -> Outcome {
    let all = workload.variants();
    if all.is_empty() {
        return Outcome::NotApplicable("all its pods have ended");
    }
    let mut details = BTreeSet::new();
    let mut judged = false;
    for variant in all {
        if linux_only && variant.spec.windows {
            continue;
        }
        judged = true;
        details.extend(judge(&variant));
    }
    if !judged {
        return Outcome::NotApplicable("runs on Windows only");
    }
    outcome(workload, details.into_iter().collect(), fix)
}

/// Judges every container, init and ephemeral ones included.
pub(crate) fn containers(
    workload: &Workload,
    fix: &str,
    judge: impl Fn(&PodSpec, &Container) -> Option<Detail>,
) -> Outcome {
    variants(workload, true, fix, |variant| {
        let containers = variant.spec.containers.iter();
        containers
            .filter_map(|container| judge(variant.spec, container))
            .collect()
    })
}

/// The outcome for a workload with these violations.
pub(crate) fn outcome(workload: &Workload, details: Vec<Detail>, fix: &str) -> Outcome {
    if details.is_empty() {
        return Outcome::Pass;
    }
    Outcome::Fail(Box::new(Violation {
        message: format!("{}: {}; {fix}", workload.key, places(&details)),
        details,
        ..Violation::new("")
    }))
}

/// The first places of a violation, in words. The rest stands in its details.
fn places(details: &[Detail]) -> String {
    const SHOWN: usize = 3;
    let mut text = details
        .iter()
        .take(SHOWN)
        .map(|detail| format!("{} is {}", detail.field, detail.value))
        .collect::<Vec<_>>()
        .join(", ");
    if details.len() > SHOWN {
        text.push_str(" and more (see details)");
    }
    text
}

/// A field of a container that violates.
pub(crate) fn in_container(container: &Container, field: &str, value: impl Into<String>) -> Detail {
    Detail {
        container: container.name.clone(),
        field: format!("{}[{}].{field}", container.kind.field(), container.name),
        value: value.into(),
    }
}

/// A field of the pod that violates.
pub(crate) fn in_pod(field: impl Into<String>, value: impl Into<String>) -> Detail {
    Detail {
        container: Text::default(),
        field: field.into(),
        value: value.into(),
    }
}
