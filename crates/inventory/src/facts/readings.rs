//! What one subject's checks read: noted, and kept for those that ask the same again.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use chrono::{DateTime, Utc};

use super::{Grant, PodClass};
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

/// What is read for one subject at one instant, by all of its checks. Several of them ask for the same grants, the same role
/// and the same pods, which takes a walk through large tables: the answers are kept as long as the subject is judged. What is
/// kept could be seen, and is noted among the reads already.
#[derive(Debug, Default)]
pub struct Readings<'a> {
    reads: RefCell<Reads>,
    grants: RefCell<Vec<(Identity, Rc<[Grant<'a>]>)>>,
    role: RefCell<Option<KnownRole<'a>>>,
    pods: RefCell<Option<(Text, Rc<[PodClass<'a>]>)>>,
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

    /// Pods of the namespace, if it is the last that was asked for.
    pub(super) fn pods(&self, namespace: &Text) -> Option<Rc<[PodClass<'a>]>> {
        let last = self.pods.borrow();
        let (known, pods) = last.as_ref()?;
        (known == namespace).then(|| Rc::clone(pods))
    }

    pub(super) fn keep_pods(&self, namespace: &Text, pods: &Rc<[PodClass<'a>]>) {
        *self.pods.borrow_mut() = Some((namespace.clone(), Rc::clone(pods)));
    }

    pub(super) fn keep_role(&self, namespace: &Text, role: &RoleRef, known: &'a Role) {
        *self.role.borrow_mut() = Some(KnownRole {
            namespace: namespace.clone(),
            role: role.clone(),
            known,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Text;
    use crate::{Changes, Delta, Facts, Inventory, Kind, ObjectKey, decode};

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
        let noted = readings.take_reads();
        assert!(noted.undeclared.is_empty());
        assert!(noted.keys.contains(&RelationKey::Grants(ann.clone())));

        let next = Facts::new(&inventory, now, &[], &readings);
        assert_eq!(next.grants(&ann).unwrap().len(), 1);
        assert!(next.role(&shop, &of_reader).unwrap().is_some());
        assert_eq!(next.pods(&shop).unwrap().len(), 1);
        assert_eq!(readings.take_reads().undeclared, BTreeSet::from(declared));

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
}
