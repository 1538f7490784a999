//! What to fix first: the objects whose mending closes most.

use std::collections::BTreeMap;

use assay_checks::CheckKind;
use assay_inventory::{Inventory, Subject};

use crate::{Engine, Finding, Rank};

/// One object to edit.
#[derive(Debug, Clone, Copy)]
pub struct Remedy<'a> {
    /// The worst of the findings on it.
    pub worst: Finding<'a>,
    /// How many open findings of requirements there are on it.
    pub closes: u32,
}

impl Engine {
    /// The objects to edit first, at most `limit`: those inside the cardholder data environment before others, then those
    /// with the severest finding, then those with most findings. Advisories do not count.
    #[must_use]
    pub fn fix_first(&self, inventory: &Inventory, limit: usize) -> Vec<Remedy<'_>> {
        let mut by_object: BTreeMap<&Subject, (Rank<'_>, Remedy<'_>)> = BTreeMap::new();
        let requirements = assay_checks::all()
            .iter()
            .filter(|check| check.meta.kind == CheckKind::Requirement);
        for finding in requirements.flat_map(|check| self.findings(check)) {
            // The cluster is no object that anybody could edit.
            if *finding.subject == Subject::Cluster {
                continue;
            }
            let rank = self.rank(finding.check, finding.subject, finding.severity, inventory);
            let remedy = Remedy {
                worst: finding,
                closes: 0,
            };
            let (worst, known) = by_object.entry(finding.subject).or_insert((rank, remedy));
            known.closes += 1;
            if rank < *worst {
                *worst = rank;
                known.worst = finding;
            }
        }
        let mut all: Vec<_> = by_object.into_values().collect();
        all.sort_by(|(a, left), (b, right)| {
            a.cmp_urgency(b)
                .then_with(|| right.closes.cmp(&left.closes))
                .then_with(|| a.cmp(b))
        });
        all.truncate(limit);
        all.into_iter().map(|(_, remedy)| remedy).collect()
    }
}
