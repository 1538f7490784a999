//! What several checks share in judging a workload: everything it runs is walked, the worst counts.

use std::collections::BTreeSet;
use std::fmt;

use assay_inventory::view::{Container, PodSpec, Text};
use assay_inventory::{Blind, Variant, Workload};

use crate::{Detail, Judgement, Outcome, Violation, platform};

/// Judges each distinct thing a workload runs; details of all violations are gathered.
///
/// `judge` returns the places that violate. Windows pods, whose Linux fields mean nothing, are passed over where
/// `linux_only`.
pub(crate) fn variants(
    workload: &Workload,
    linux_only: bool,
    fix: &str,
    mut judge: impl FnMut(&Variant<'_>) -> Vec<Detail>,
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

/// The outcome for a workload with these violations.
pub(crate) fn outcome(workload: &Workload, details: Vec<Detail>, fix: &str) -> Outcome {
    let mut outcome = found(&workload.key, details, fix);
    if let Outcome::Fail(violation) = &mut outcome {
        violation.origin = platform::origin(workload);
    }
    outcome
}

/// Judges every container of Linux pods, init and ephemeral ones included.
pub(crate) fn containers<D: IntoIterator<Item = Detail>>(
    workload: &Workload,
    fix: &str,
    judge: impl Fn(&PodSpec, &Container) -> D,
) -> Outcome {
    variants(workload, true, fix, |variant| {
        each_container(variant.spec, &judge)
    })
}

/// The same of all pods, whatever they run on.
pub(crate) fn containers_of_any_os<D: IntoIterator<Item = Detail>>(
    workload: &Workload,
    fix: &str,
    judge: impl Fn(&PodSpec, &Container) -> D,
) -> Outcome {
    variants(workload, false, fix, |variant| {
        each_container(variant.spec, &judge)
    })
}

/// Judges every container of one pod spec.
pub(crate) fn each_container<D: IntoIterator<Item = Detail>>(
    spec: &PodSpec,
    judge: impl Fn(&PodSpec, &Container) -> D,
) -> Vec<Detail> {
    let containers = spec.containers.iter();
    containers
        .flat_map(|container| judge(spec, container))
        .collect()
}

/// What is seen of a value that someone else wrote: it may be longer than a message should be.
pub(crate) fn shown(value: &str) -> String {
    const LONGEST: usize = 200;
    match value.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", value.get(..at).unwrap_or_default()),
        None => value.to_owned(),
    }
}

/// What is said of one place, a container most often: that it violates, or why it cannot be told.
pub(crate) type Told = Result<Option<Detail>, Blind>;

/// Judges each distinct thing a workload runs by facts that may be missing for some: one violation shown is a failure,
/// whatever else is unknown, and with none shown, one that cannot be told leaves the workload unknown.
pub(crate) fn told(
    workload: &Workload,
    linux_only: bool,
    fix: &str,
    mut judge: impl FnMut(&Variant<'_>) -> Vec<Told>,
) -> Judgement {
    let mut gravest: Option<Blind> = None;
    let outcome = variants(workload, linux_only, fix, |variant| {
        let mut details = Vec::new();
        for told in judge(variant) {
            match told {
                Ok(detail) => details.extend(detail),
                Err(blind) => {
                    let key = |blind: &Blind| (blind.reason, blind.message.clone());
                    if gravest.as_ref().is_none_or(|held| key(&blind) < key(held)) {
                        gravest = Some(blind);
                    }
                }
            }
        }
        details
    });
    match (outcome, gravest) {
        (Outcome::Pass, Some(blind)) => Err(blind),
        (outcome, _) => Ok(outcome),
    }
}

/// [`told`] of every container, init and ephemeral ones included.
pub(crate) fn containers_told(
    workload: &Workload,
    linux_only: bool,
    fix: &str,
    mut judge: impl FnMut(&Variant<'_>, &Container) -> Told,
) -> Judgement {
    told(workload, linux_only, fix, |variant| {
        let containers = variant.spec.containers.iter();
        containers
            .map(|container| judge(variant, container))
            .collect()
    })
}

/// What the places found come to: none is a pass.
pub(crate) fn found(subject: &impl fmt::Display, details: Vec<Detail>, fix: &str) -> Outcome {
    if details.is_empty() {
        return Outcome::Pass;
    }
    Outcome::Fail(Box::new(Violation {
        message: format!("{subject}: {}; {fix}", places(&details)),
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
pub(crate) fn in_container(container: &Container, field: &str, value: impl AsRef<str>) -> Detail {
    Detail {
        container: container.name.clone(),
        field: format!("{}[{}].{field}", container.kind.field(), container.name),
        value: shown(value.as_ref()),
    }
}

/// A field of the pod that violates.
pub(crate) fn in_pod(field: impl Into<String>, value: impl AsRef<str>) -> Detail {
    Detail {
        container: Text::default(),
        field: field.into(),
        value: shown(value.as_ref()),
    }
}
