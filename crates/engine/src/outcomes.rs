//! The outcomes of one subject, kept small: what passes or does not apply is alike for most subjects of a kind.

use std::sync::Arc;

use assay_inventory::Interner;

use crate::Outcome;

/// Outcomes of all checks of a subject's kind, in their order.
#[derive(Debug)]
pub(crate) struct Outcomes {
    /// What they are where they pass or do not apply, and a pass elsewhere. Shared by all for whom it is the same.
    alike: Arc<[Outcome]>,
    /// What fails or is unknown, and the check at which it stands.
    apart: Box<[(usize, Outcome)]>,
}

impl Outcomes {
    /// Takes them out of `all`, where something is left in their place.
    pub(crate) fn take(all: &mut [Outcome], known: &mut Interner<[Outcome]>) -> Self {
        let mut apart = Vec::new();
        for (at, outcome) in all.iter_mut().enumerate() {
            if matches!(outcome, Outcome::Fail(_) | Outcome::Unknown(_)) {
                apart.push((at, std::mem::replace(outcome, Outcome::Pass)));
            }
        }
        Self {
            alike: known.share_copy(all),
            apart: apart.into(),
        }
    }

    /// The same, but for some checks.
    pub(crate) fn with(
        &self,
        others: impl Iterator<Item = (usize, Outcome)>,
        known: &mut Interner<[Outcome]>,
    ) -> Self {
        let mut all: Vec<Outcome> = self.iter().cloned().collect();
        for (at, outcome) in others {
            if let Some(place) = all.get_mut(at) {
                *place = outcome;
            }
        }
        Self::take(&mut all, known)
    }

    /// The outcome of the check that stands there.
    pub(crate) fn get(&self, at: usize) -> Option<&Outcome> {
        let apart = self.apart.binary_search_by_key(&at, |(at, _)| *at);
        match apart.ok().and_then(|found| self.apart.get(found)) {
            Some((_, outcome)) => Some(outcome),
            None => self.alike.get(at),
        }
    }

    /// All of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Outcome> {
        (0..self.alike.len()).filter_map(|at| self.get(at))
    }
}

#[cfg(test)]
mod tests {
    use assay_inventory::{Blind, Reason};

    use super::*;

    #[test]
    fn what_stands_apart_stands_where_it_was_and_the_rest_is_kept_once() {
        let mut known = Interner::default();
        let unknown = |message| Outcome::Unknown(Blind::new(Reason::Forbidden, message));
        let facts = [
            Outcome::NotApplicable("no containers"),
            Outcome::NotApplicable("Windows"),
        ];
        let sets = [
            vec![
                Outcome::Pass,
                facts[0].clone(),
                unknown("a"),
                facts[1].clone(),
            ],
            vec![
                unknown("b"),
                facts[0].clone(),
                Outcome::Pass,
                facts[1].clone(),
            ],
            vec![
                Outcome::Pass,
                facts[1].clone(),
                unknown("a"),
                facts[0].clone(),
            ],
            Vec::new(),
        ];
        let kept: Vec<Outcomes> = sets
            .iter()
            .map(|all| Outcomes::take(&mut all.clone(), &mut known))
            .collect();
        for (kept, all) in kept.iter().zip(&sets) {
            assert!(kept.iter().eq(all));
            for at in 0..=all.len() {
                assert_eq!(kept.get(at), all.get(at));
            }
        }
        assert!(Arc::ptr_eq(&kept[0].alike, &kept[1].alike));
        assert!(!Arc::ptr_eq(&kept[0].alike, &kept[2].alike));
    }
}
