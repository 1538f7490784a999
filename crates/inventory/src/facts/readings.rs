//! What one subject's checks read: noted, and kept for those that ask the same again.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use chrono::{DateTime, Utc};

use super::Grant;
use crate::view::{Role, RoleRef, Text};
use crate::{Identity, Relation, RelationKey};

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

/// What is read for one subject at one instant, by all of its checks. Several of them ask for the same grants and the same
/// role, which takes a walk through large tables: the answers are kept as long as the subject is judged. What is kept could
/// be seen, and is noted among the reads already.
#[derive(Debug, Default)]
pub struct Readings<'a> {
    reads: RefCell<Reads>,
    grants: RefCell<Vec<(Identity, Rc<[Grant<'a>]>)>>,
    role: RefCell<Option<KnownRole<'a>>>,
}

/// The last role that was asked for and exists.
#[derive(Debug)]
struct KnownRole<'a> {
    namespace: Text,
    role: RoleRef,
    known: &'a Role,
}

impl<'a> Readings<'a> {
    /// What was read.
    pub fn take_reads(&self) -> Reads {
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

    pub(super) fn grants(&self, identity: &Identity) -> Option<Rc<[Grant<'a>]>> {
        let known = self.grants.borrow();
        let (_, grants) = known.iter().find(|(known, _)| known == identity)?;
        Some(Rc::clone(grants))
    }

    pub(super) fn keep_grants(&self, identity: &Identity, grants: &Rc<[Grant<'a>]>) {
        let kept = (identity.clone(), Rc::clone(grants));
        self.grants.borrow_mut().push(kept);
    }

    /// The role, if it is the last that was found.
    pub(super) fn role(&self, namespace: &Text, role: &RoleRef) -> Option<&'a Role> {
        let last = self.role.borrow();
        let last = last.as_ref()?;
        (last.role == *role && last.namespace == *namespace).then_some(last.known)
    }

    pub(super) fn keep_role(&self, namespace: &Text, role: &RoleRef, known: &'a Role) {
        *self.role.borrow_mut() = Some(KnownRole {
            namespace: namespace.clone(),
            role: role.clone(),
            known,
        });
    }
}
