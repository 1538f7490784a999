//! What is compared: outcomes, and all that a reader of the reports sees.

use std::collections::BTreeMap;

use assay_engine::{Engine, Outcome, SectionState, Standing, Verdict};
use assay_inventory::view::Text;
use assay_inventory::{Inventory, Subject};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::objects::NAMESPACES;

pub(crate) type Holds = Result<(), TestCaseError>;
pub(crate) type Outcomes = BTreeMap<(Subject, &'static str), Outcome>;

/// What a reader of the reports sees.
#[derive(Debug, PartialEq)]
pub(crate) struct Shown {
    pub(crate) verdict: Verdict,
    pub(crate) sections: Vec<SectionState>,
    pub(crate) statements: Vec<Standing>,
    /// By namespace, each with check, subject, what is wrong, uid and who changed it.
    pub(crate) findings: BTreeMap<Option<Text>, Vec<String>>,
}

pub(crate) fn outcomes(engine: &Engine) -> Outcomes {
    let all = engine.outcomes();
    all.map(|(subject, check, outcome)| ((subject.clone(), check.meta.id), outcome.clone()))
        .collect()
}

pub(crate) fn shown(engine: &Engine, inventory: &Inventory) -> Shown {
    let (verdict, sections) = engine.sections(inventory);
    let mut namespaces: Vec<Option<Text>> = vec![None];
    namespaces.extend(NAMESPACES.map(|name| Some(name.into())));
    let findings = namespaces.into_iter().map(|namespace| {
        let found = engine.findings_in(namespace.as_ref());
        let lines = found.map(|finding| {
            let check = finding.check.meta.id;
            let provenance = inventory.provenance(finding.subject);
            let cde = engine.is_cde(finding.subject, inventory);
            format!(
                "{check} {} {:?} {:?} {cde} {:?}",
                finding.subject, finding.severity, provenance, finding.violation
            )
        });
        let lines = lines.collect();
        (namespace, lines)
    });
    Shown {
        verdict,
        sections,
        statements: engine.statements().standings.clone(),
        findings: findings.collect(),
    }
}

/// Compares two maps, and says where alone they differ.
pub(crate) fn same<K, V>(what: &str, got: &BTreeMap<K, V>, wanted: &BTreeMap<K, V>) -> Holds
where
    K: Ord + std::fmt::Debug,
    V: PartialEq + std::fmt::Debug,
{
    let keys = got.keys().chain(wanted.keys());
    let differs: Vec<String> = keys
        .filter(|key| got.get(key) != wanted.get(key))
        .map(|key| {
            let (got, wanted) = (got.get(key), wanted.get(key));
            format!("{what} of {key:?}:\n  is        {got:?}\n  should be {wanted:?}")
        })
        .collect();
    prop_assert!(differs.is_empty(), "{}", differs.join("\n"));
    Ok(())
}
