//! What one subject's checks read: noted, and kept for those that ask the same again.

use std::cell::RefCell;
use std::collections::{BTreeSet, VecDeque};
use std::rc::Rc;

use chrono::{DateTime, Utc};

use super::{Grant, PodClass};
use crate::view::{Role, Text};
use crate::{Identity, ObjectKey, Relation, RelationKey};

/// What a judgement read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reads {
    /// Values of relations: when one changes, the judgement is made anew.
    pub keys: BTreeSet<RelationKey>,
    /// The earliest instant at which time alone may change the judgement.
    pub again: Option<DateTime<Utc>>,
    /// Relations read without being declared: a defect of the check, which the tests look for.
    pub undeclared: BTreeSet<Relation>,
}

/// What is read for one subject at one instant, by all of its checks. Several of them ask for the same grants, the same role
/// and the same pods, which takes a walk through large tables: the answers are kept as long as the subject is judged. What is
/// kept could be seen, and is noted among the reads already.
#[derive(Debug, Default)]
pub struct Readings<'a> {
    reads: RefCell<Reads>,
    pub(super) grants: Memo<Identity, Rc<[Grant<'a>]>>,
    pub(super) roles: Memo<ObjectKey, Option<&'a Role>>,
    pub(super) pods: Memo<Text, Rc<[PodClass<'a>]>>,
}

/// The answers to the last few questions of one sort: a subject asks few, and one that asks thousands is not to search them all
/// each time.
#[derive(Debug)]
pub(super) struct Memo<Q, A>(RefCell<VecDeque<(Q, A)>>);

/// Answers a [`Memo`] keeps.
const FEW: usize = 8;

// Derived, it would ask for defaults of both.
impl<Q, A> Default for Memo<Q, A> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<Q: PartialEq, A: Clone> Memo<Q, A> {
    pub(super) fn answer(&self, question: &Q) -> Option<A> {
        let kept = self.0.borrow();
        let (_, answer) = kept.iter().find(|(known, _)| known == question)?;
        Some(answer.clone())
    }

    pub(super) fn keep(&self, question: Q, answer: A) {
        let mut kept = self.0.borrow_mut();
        if kept.len() == FEW {
            kept.pop_front();
        }
        kept.push_back((question, answer));
    }
}

impl Readings<'_> {
    /// What was read. Nothing is kept any longer: it would not be noted anew.
    pub fn take_reads(&self) -> Reads {
        self.grants.0.take();
        self.roles.0.take();
        self.pods.0.take();
        self.reads.take()
    }

    pub(super) fn note(&self, key: RelationKey) {
        self.reads.borrow_mut().keys.insert(key);
    }

    pub(super) fn note_undeclared(&self, relation: Relation) {
        self.reads.borrow_mut().undeclared.insert(relation);
    }

    /// Notes that the judgement is to be made anew when `instant` comes.
    pub(super) fn note_instant(&self, instant: DateTime<Utc>) {
        let mut reads = self.reads.borrow_mut();
        reads.again = Some(reads.again.map_or(instant, |again| again.min(instant)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::RoleRef;
    use crate::{Changes, Delta, Facts, Inventory, Kind, decode};

    #[test]
    fn what_is_kept_is_told_again_and_still_has_to_be_declared() {
        let now = DateTime::from_timestamp(0, 0).unwrap();
        let mut inventory = Inventory::new(now);
        let role = r#"{"metadata": {"namespace": "shop", "name": "reader"}, "rules": []}"#;
        let binding = r#"{
            "metadata": {"namespace": "shop", "name": "reads"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader"},
            "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "ann"}]
        }"#;
        let pod = r#"{
            "metadata": {"namespace": "shop", "name": "web"},
            "spec": {"containers": [{"name": "web", "image": "web"}]}
        }"#;
        for (kind, name, object) in [
            (Kind::Role, "reader", role),
            (Kind::RoleBinding, "reads", binding),
            (Kind::Pod, "web", pod),
        ] {
            let object = Ok(Box::new(decode(kind, object, &[]).unwrap()));
            let key = ObjectKey::new("shop", name);
            let delta = Delta::Upsert { kind, key, object };
            inventory.apply(delta, &mut Changes::default());
        }
        for kind in Kind::ALL {
            inventory.apply(Delta::Listed(kind), &mut Changes::default());
        }

        let (ann, bob) = (Identity::User("ann".into()), Identity::User("bob".into()));
        let of_reader = RoleRef {
            cluster: false,
            name: "reader".into(),
        };
        let shop = Text::from("shop");
        let readings = Readings::default();
        let declared = [Relation::Role, Relation::Grants, Relation::Pods];
        let one = Facts::new(&inventory, now, &declared, &readings);
        assert_eq!(one.grants(&ann).unwrap().len(), 1);
        assert!(one.role(&shop, &of_reader).unwrap().is_some());
        assert_eq!(one.pods(&shop).unwrap().len(), 1);
        assert!(readings.reads.borrow().undeclared.is_empty());

        let next = Facts::new(&inventory, now, &[], &readings);
        assert_eq!(next.grants(&ann).unwrap().len(), 1);
        assert!(next.role(&shop, &of_reader).unwrap().is_some());
        assert_eq!(next.pods(&shop).unwrap().len(), 1);
        let noted = readings.take_reads();
        assert_eq!(noted.undeclared, BTreeSet::from(declared));

        // Whoever takes what was read finds it noted if it is read again.
        assert_eq!(one.grants(&ann).unwrap().len(), 1);
        assert!(one.role(&shop, &of_reader).unwrap().is_some());
        assert_eq!(one.pods(&shop).unwrap().len(), 1);
        let again = readings.take_reads();
        assert_eq!(again.keys, noted.keys);
        assert!(again.keys.contains(&RelationKey::Grants(ann)));

        // Nothing is told of one that was kept of another.
        assert!(one.grants(&bob).unwrap().is_empty());
        assert!(one.role(&"desk".into(), &of_reader).unwrap().is_none());
        assert!(one.pods(&"desk".into()).unwrap().is_empty());
        let cluster_wide = RoleRef {
            cluster: true,
            ..of_reader
        };
        assert!(one.role(&shop, &cluster_wide).unwrap().is_none());
    }

    #[test]
    fn the_last_few_answers_are_kept() {
        let memo = Memo::default();
        for question in 0..=FEW {
            assert_eq!(memo.answer(&question), None);
            memo.keep(question, question.to_string());
        }
        assert_eq!(memo.answer(&0), None);
        for question in 1..=FEW {
            assert_eq!(memo.answer(&question), Some(question.to_string()));
        }
    }
}
