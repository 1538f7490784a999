//! Judging one subject by every check of its kind.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use assay_checks::{Check, Cx, Judge, Judgement, Params, Violation};
use assay_inventory::view::{
    Binding, ConfigMap, Csr, Namespace, NetworkPolicy, Node, Role, ServiceAccount, ThirdPartyObject,
};
use assay_inventory::{Blind, Facts, Inventory, Readings, Reason, Subject, Workload};
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

/// Of a fact by which a check does not apply, its length must do, though equality compares its text: outcomes are hashed by the
/// hundred.
impl Hash for Outcome {
    fn hash<H: Hasher>(&self, into: &mut H) {
        into.write_usize(match self {
            Self::Pass => 0,
            Self::Unknown(_) => 1,
            Self::Fail(_) => 2,
            Self::NotApplicable(fact) => 3 + fact.len(),
        });
    }
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

/// Puts outcomes of `checks` (which judge the subject's kind) into `outcomes`, in their order; whether there is such a subject.
pub(crate) fn judge<'a>(
    inventory: &'a Inventory,
    now: DateTime<Utc>,
    params: &'a Params,
    checks: impl Iterator<Item = &'static Check>,
    subject: &Subject,
    readings: &'a Readings<'a>,
    outcomes: &mut Vec<Outcome>,
) -> bool {
    outcomes.clear();
    // Looked up once: there are a hundred checks, and a large cluster's tables are deep.
    let known = match (View::of(inventory, subject), inventory.unparseable(subject)) {
        (None, None) => return false,
        (_, Some(blind)) => Err(blind),
        (Some(view), None) => Ok(view),
    };
    let mut own = subject.own_kinds().into_iter();
    let unseen = own.find_map(|kind| inventory.blind(kind, now));
    let known = unseen.map_or(known, Err);
    outcomes.extend(checks.map(|check| match &known {
        Err(blind) => Outcome::Unknown(blind.clone()),
        Ok(view) => {
            let facts = Facts::new(inventory, now, check.rule.reads, readings);
            view.judged_by(check, &Cx::new(facts, params)).into()
        }
    }));
    true
}

/// What is known of a subject.
enum View<'a> {
    Cluster,
    Namespace(&'a Namespace),
    Node(&'a Node),
    ServiceAccount(&'a ServiceAccount),
    Role(&'a Role),
    Binding(&'a Binding),
    NetworkPolicy(&'a NetworkPolicy),
    ConfigMap(&'a ConfigMap),
    /// The request of this name, and those that are gone while their certificates are still good: never none.
    Csrs(Vec<&'a Csr>),
    Workload(&'a Workload),
    ThirdParty(&'a ThirdPartyObject),
}

impl<'a> View<'a> {
    fn of(inventory: &'a Inventory, subject: &Subject) -> Option<Self> {
        Some(match subject {
            Subject::Cluster => Self::Cluster,
            Subject::Namespace(name) => Self::Namespace(inventory.namespace(name)?),
            Subject::Node(name) => Self::Node(inventory.node(name)?),
            Subject::ServiceAccount(key) => Self::ServiceAccount(inventory.service_account(key)?),
            Subject::Role(key) => Self::Role(inventory.role(key)?),
            Subject::Binding(key) => Self::Binding(inventory.binding(key)?),
            Subject::NetworkPolicy(key) => Self::NetworkPolicy(inventory.policy(key)?),
            Subject::ConfigMap(key) => Self::ConfigMap(inventory.config_map(key)?),
            Subject::Csr(name) => {
                let all: Vec<&Csr> = inventory.csrs_named(name).collect();
                (!all.is_empty()).then_some(Self::Csrs(all))?
            }
            Subject::Workload(key) => Self::Workload(inventory.workload(key)?),
            Subject::ThirdParty(kind, key) => Self::ThirdParty(inventory.third_party(*kind, key)?),
        })
    }

    fn judged_by(&self, check: &Check, cx: &Cx<'_>) -> Judgement {
        match (&check.rule.judge, self) {
            (Judge::Cluster(judge), Self::Cluster) => judge(cx),
            (Judge::Namespace(judge), Self::Namespace(view)) => judge(view, cx),
            (Judge::Node(judge), Self::Node(view)) => judge(view, cx),
            (Judge::ServiceAccount(judge), Self::ServiceAccount(view)) => judge(view, cx),
            (Judge::Role(judge), Self::Role(view)) => judge(view, cx),
            (Judge::Binding(judge), Self::Binding(view)) => Ok(judge(view, cx)?.of_binding(view)),
            (Judge::NetworkPolicy(judge), Self::NetworkPolicy(view)) => judge(view, cx),
            (Judge::ConfigMap(judge), Self::ConfigMap(view)) => judge(view, cx),
            // The first of the worst: of two that are alike, the one that is there speaks.
            (Judge::Csr(judge), Self::Csrs(all)) => {
                let judged = all.iter().map(|csr| judge(csr, cx));
                judged
                    .min_by_key(gravity)
                    .unwrap_or_else(|| Err(misplaced(check)))
            }
            (Judge::Workload(judge), Self::Workload(view)) => judge(view, cx),
            (Judge::ThirdParty(_, judge), Self::ThirdParty(view)) => judge(view, cx),
            _ => Err(misplaced(check)),
        }
    }
}

/// A check was called on a subject of another kind than it judges: a defect of ours, shown rather than passed over.
fn misplaced(check: &Check) -> Blind {
    Blind::new(
        Reason::Unparseable,
        format!("{} does not judge such a subject", check.meta.id),
    )
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
