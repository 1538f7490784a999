//! Judging one subject by every check of its kind.

use std::cell::RefCell;
use std::sync::Arc;

use assay_checks::{Check, Cx, Judge, Judgement, Params, Violation};
use assay_inventory::view::Binding;
use assay_inventory::{Blind, Facts, Inventory, ObjectKey, Reads, Subject};
use chrono::{DateTime, Utc};

/// Outcome of one check for one subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The property was shown.
    Pass,
    /// The check does not apply, by the fact given.
    NotApplicable(&'static str),
    /// Something it depends on cannot be seen.
    Unknown(Blind),
    /// It is violated.
    Fail(Arc<Violation>),
}

impl From<Judgement> for Outcome {
    fn from(judgement: Judgement) -> Self {
        match judgement {
            Ok(assay_checks::Outcome::Pass) => Self::Pass,
            Ok(assay_checks::Outcome::NotApplicable(fact)) => Self::NotApplicable(fact),
            Ok(assay_checks::Outcome::Fail(violation)) => Self::Fail(Arc::from(violation)),
            Err(blind) => Self::Unknown(blind),
        }
    }
}

/// Outcomes of `checks` (all of the subject's kind) in their order; `None` if there is no such subject.
pub(crate) fn judge(
    inventory: &Inventory,
    now: DateTime<Utc>,
    params: &Params,
    checks: &[&'static Check],
    subject: &Subject,
    reads: &RefCell<Reads>,
) -> Option<Vec<Outcome>> {
    if !exists(inventory, subject) {
        return None;
    }
    let blind = subject
        .own_kinds()
        .into_iter()
        .find_map(|kind| inventory.blind(kind, now))
        .or_else(|| inventory.unparseable(subject));
    let outcomes = checks.iter().map(|check| {
        if let Some(blind) = &blind {
            return Outcome::Unknown(blind.clone());
        }
        let facts = Facts::new(inventory, now, check.rule.reads, reads);
        let cx = Cx::new(facts, params);
        call(inventory, check, subject, &cx).into()
    });
    Some(outcomes.collect())
}

fn exists(inventory: &Inventory, subject: &Subject) -> bool {
    let there = match subject {
        Subject::Cluster => true,
        Subject::Namespace(name) => inventory.namespace(name).is_some(),
        Subject::Node(name) => inventory.node(name).is_some(),
        Subject::ServiceAccount(key) => inventory.service_account(key).is_some(),
        Subject::Role(key) => inventory.role(key).is_some(),
        Subject::Binding(key) => inventory.binding(key).is_some(),
        Subject::NetworkPolicy(key) => inventory.policy(key).is_some(),
        Subject::Csr(name) => inventory.csr(name).is_some(),
        Subject::Workload(key) => inventory.workload(key).is_some(),
    };
    there || inventory.unparseable(subject).is_some()
}

fn call(inventory: &Inventory, check: &Check, subject: &Subject, cx: &Cx<'_>) -> Judgement {
    let key = |name: &assay_inventory::view::Text| ObjectKey::new("", name.clone());
    match (&check.rule.judge, subject) {
        (Judge::Cluster(judge), Subject::Cluster) => judge(cx),
        (Judge::Namespace(judge), Subject::Namespace(name)) => with(
            inventory.namespace(name),
            |view| judge(view, cx),
            &key(name),
        ),
        (Judge::Node(judge), Subject::Node(name)) => {
            with(inventory.node(name), |view| judge(view, cx), &key(name))
        }
        (Judge::ServiceAccount(judge), Subject::ServiceAccount(key)) => {
            with(inventory.service_account(key), |view| judge(view, cx), key)
        }
        (Judge::Role(judge), Subject::Role(key)) => {
            with(inventory.role(key), |view| judge(view, cx), key)
        }
        (Judge::Binding(judge), Subject::Binding(key)) => {
            let told = |view: &Binding| Ok(judge(view, cx)?.of_binding(view));
            with(inventory.binding(key), told, key)
        }
        (Judge::NetworkPolicy(judge), Subject::NetworkPolicy(key)) => {
            with(inventory.policy(key), |view| judge(view, cx), key)
        }
        (Judge::Csr(judge), Subject::Csr(name)) => {
            let all = inventory.csrs_named(name).map(|csr| judge(csr, cx));
            // Strictly worse alone replaces: of two that are alike, the one that is there speaks.
            let worst = all.reduce(|worst, next| {
                if gravity(&next) < gravity(&worst) {
                    next
                } else {
                    worst
                }
            });
            worst.unwrap_or_else(|| absent(&key(name)))
        }
        (Judge::Workload(judge), Subject::Workload(key)) => {
            let object = key.object();
            with(inventory.workload(key), |view| judge(view, cx), &object)
        }
        _ => Err(Blind::new(
            assay_inventory::Reason::Unparseable,
            format!("{} does not judge {subject}", check.meta.id),
        )),
    }
}

/// Calls the check's function on the subject's view; its absence was ruled out before.
fn with<T>(view: Option<&T>, judge: impl FnOnce(&T) -> Judgement, key: &ObjectKey) -> Judgement {
    view.map_or_else(|| absent(key), judge)
}

fn absent(key: &ObjectKey) -> Judgement {
    Err(Blind::new(
        assay_inventory::Reason::Unparseable,
        format!("{key} is not there"),
    ))
}

/// What counts of several judgements of one name, least first.
fn gravity(judgement: &Judgement) -> u8 {
    match judgement {
        Ok(assay_checks::Outcome::Fail(_)) => 0,
        Err(_) => 1,
        Ok(assay_checks::Outcome::Pass) => 2,
        Ok(assay_checks::Outcome::NotApplicable(_)) => 3,
    }
}
